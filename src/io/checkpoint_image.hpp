#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "io/block_pieces.hpp"
#include "io/checkpoint.hpp"
#include "io/hdf5_guard.hpp"

namespace parapet {

/// The format of one checkpoint file. Before the HDF5 part lies its seal (checkpoint_seal.hpp).
/// Inside:
///
///   /            attributes format_version, model, config_hash, step, time
///   /attributes  numbers as attributes, whose names stand in `integers`, `unsigneds`, `doubles`
///   /texts       uint8 [length + 1] each, whose names stand in `names`
///   /arrays      float64 [x][y][z] each, whose names stand in `names`
///   /digests     uint64, of each array in the order of the names
///   /complete    uint64 [1], 1 once everything else is written
struct CheckpointPlaces {
  std::vector<std::uint64_t> arrays;  ///< file offsets, in the order of their names
  std::uint64_t digests = 0;
  std::uint64_t complete = 0;
};

/// Bytes a checkpoint takes on disk.
std::uint64_t checkpoint_bytes(const CheckpointContent& content);

/// Creates the file with everything but the values of arrays, digests and completeness. One rank.
CheckpointPlaces lay_out_checkpoint(const std::filesystem::path& path,
                                    const CheckpointContent& content);

/// A checkpoint behind a sound seal, opened through HDF5's serial driver.
class CheckpointImage {
 public:
  explicit CheckpointImage(const std::filesystem::path& path);

  /// Throws Failure(unusable_file), naming what differs, unless it is complete, of this version and
  /// what `expected` says.
  void require_fit(const CheckpointExpectation& expected) const;
  /// Step, time and attributes.
  LoadedCheckpoint describe() const;

  /// Reads a block in pieces of at most `largest_piece` bytes, x slowest.
  std::vector<double> read(const std::string& array, const Shape& shape, const Box& block,
                           std::size_t largest_piece) const;
  std::uint64_t recorded_digest(const std::string& array) const;
  const std::vector<std::string>& arrays() const { return arrays_; }
  Shape shape(const std::string& array) const;

 private:
  std::vector<std::uint64_t> unsigneds(const std::string& object) const;

  std::filesystem::path path_;
  Hdf5Guard guard_;
  std::vector<std::string> arrays_;
};

/// Throws Failure(unusable_file) naming array and place unless every value is finite.
void require_finite(const std::string& name, std::span<const double> values, ExitCode code);

}  // namespace parapet
