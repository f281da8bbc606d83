#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "base/communicator.hpp"
#include "grid/grid.hpp"
#include "io/trajectory_layout.hpp"

namespace parapet {

/// Where an array [x][y][z][component] of floating-point numbers lies in a file, as raw bytes.
struct ArrayPlace {
  std::uint64_t offset = 0;  ///< of its first byte in the file
  std::array<std::int64_t, 3> shape{1, 1, 1};
  std::int64_t components = 1;
  Precision precision = Precision::float64;
};

/// An existing file into which a group of ranks writes distributed arrays in place. It knows
/// nothing of HDF5: the file's metadata is never touched. Several groups may write different parts
/// of one file at the same time.
///
/// Blocks that lie in the file in long runs are written by plain positioned writes; when any rank's
/// runs are short (pencils), all ranks write through one collective MPI-IO call. Every byte count
/// is checked.
class BlockFile {
 public:
  struct Options {
    std::size_t largest_piece = std::size_t{64} << 20;  ///< bytes of one collective write
    std::size_t shortest_run = std::size_t{64} << 10;   ///< bytes; shorter runs go through MPI-IO
    std::size_t cached_piece = std::size_t{1} << 22;    ///< bytes converted and written at a time
  };

  /// Collective over `group`, which is duplicated. Throws a collective Failure(input_output).
  BlockFile(const Communicator& group, const std::filesystem::path& path, const Options& options);
  BlockFile(const Communicator& group, const std::filesystem::path& path)
      : BlockFile(group, path, Options()) {}
  BlockFile(BlockFile&&) noexcept;
  BlockFile& operator=(BlockFile&&) noexcept;
  ~BlockFile();

  /// Writes this rank's block (values x slowest, component fastest; may be empty) and returns the
  /// digest of the whole array as stored: Digest of the stored bits at the C-order index.
  /// Collective; throws a collective Failure(input_output).
  std::uint64_t write(const ArrayPlace& place, const Box& block, std::span<const double> values);

  /// Plain bytes, by this rank alone.
  void write_bytes(std::uint64_t offset, std::span<const std::byte> bytes) const;
  void read_bytes(std::uint64_t offset, std::span<std::byte> bytes) const;

  /// Waits until the disk holds this rank's writes. Local.
  void sync() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace parapet
