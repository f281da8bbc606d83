#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/communicator.hpp"
#include "grid/grid.hpp"

namespace parapet {

using CheckpointAttribute = std::variant<std::int64_t, std::uint64_t, double, std::string>;

/// This rank's part of a distributed array of doubles: `values` are the block's, x slowest. The
/// blocks of all ranks together tile `shape` (unused axes 1). A block may be empty.
struct CheckpointArray {
  std::array<std::int64_t, 3> shape{1, 1, 1};
  Box block;
  std::span<const double> values;
};

/// What a checkpoint holds. Names of attributes and arrays are letters, digits and `_ - .`; the
/// attributes must be the same on every rank (those of rank 0 are written).
struct CheckpointContent {
  std::string model;              ///< what the state is a state of, e.g. "burgers"
  std::uint64_t config_hash = 0;  ///< of every setting that must not change on restart
  std::int64_t step = 0;
  double time = 0.0;
  std::map<std::string, CheckpointAttribute> attributes;
  std::map<std::string, CheckpointArray> arrays;
};

/// What a restart needs a checkpoint to be; each rank tells the block it wants.
struct CheckpointExpectation {
  struct Array {
    std::array<std::int64_t, 3> shape{1, 1, 1};
    Box block;
  };
  std::string model;
  std::uint64_t config_hash = 0;
  std::map<std::string, Array> arrays;
};

struct LoadedCheckpoint {
  std::filesystem::path path;
  std::int64_t step = 0;
  double time = 0.0;
  std::map<std::string, CheckpointAttribute> attributes;
  std::map<std::string, std::vector<double>> arrays;  ///< this rank's blocks
};

/// The checkpoints of one run: `checkpoint-<step>.h5` in its folder, or
/// `checkpoint-<prefix>-<step>.h5`. A checkpoint is written beside its final name, closed, read
/// back through the serial driver, compared with what was in memory by digest, synced to disk, and
/// only then renamed; the last two stay.
///
/// A block of 512 bytes before the HDF5 part carries the file's size and the digest of all its
/// bytes, so that a damaged file is refused before the HDF5 library sees it.
class CheckpointStore {
 public:
  struct Options {
    int kept = 2;                                      ///< checkpoints that stay, ≥ 1
    std::size_t largest_piece = std::size_t{1} << 30;  ///< bytes handed to one write or read
    /// Told about refused files and removed leftovers, on rank 0 only.
    std::function<void(const std::string&)> log;
    /// Called after the values are written and before they are read back; for tests of what happens
    /// when storage loses them.
    std::function<void(const std::filesystem::path&)> before_verification;
  };

  explicit CheckpointStore(std::filesystem::path folder);
  CheckpointStore(std::filesystem::path folder, std::string prefix, Options options);

  /// Publishes a checkpoint and removes those older than the last `kept`. Collective. Throws a
  /// collective Failure(input_output) and leaves the older ones as they were when space is lacking
  /// ("need X, have Y"), the folder is not writable, or what was read back is not what was written;
  /// Failure(blew_up) when an array holds NaN or infinity.
  std::filesystem::path write(const Communicator& communicator, const CheckpointContent& content);

  /// The newest checkpoint that is sound and fits `expected`; one that is not is refused with its
  /// name and the reason (log) and the one before is tried. Collective, on any number of ranks.
  /// Nothing when there is no checkpoint at all; a collective Failure(unusable_file) that names
  /// each and its reason when none is usable.
  std::optional<LoadedCheckpoint> load(const Communicator& communicator,
                                       const CheckpointExpectation& expected);

  /// The checkpoints present, newest first. Local.
  std::vector<std::filesystem::path> list() const;

  /// Throws Failure(input_output) unless files can be created in the folder (tried on rank 0).
  /// Collective.
  void require_writable(const Communicator& communicator) const;

 private:
  void remove_old(std::int64_t step) const;
  void remove_leftovers() const;

  std::filesystem::path folder_;
  std::string prefix_;
  Options options_;
};

}  // namespace parapet
