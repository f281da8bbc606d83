#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "io/trajectory_layout.hpp"
#include "io/trajectory_structure.hpp"

namespace parapet {

/// A stretch of a file.
struct ByteRange {
  std::uint64_t begin, bytes;
};

/// Everything in a trajectory file but the values is written once, when the file is laid out. The
/// seal, a block behind the end of the HDF5 part, tells where the values lie and holds the digest
/// of all other bytes, so that damage to them is found before HDF5 parses them: version 1.10 can
/// crash or hang on damaged metadata. Other programs do not notice the seal.
void seal_trajectory(const std::filesystem::path& path, const TrajectoryLayout& layout,
                     const TrajectoryPlaces& places);

/// The same for any file whose values lie in `ranges`.
void seal_file(const std::filesystem::path& path, std::vector<ByteRange> ranges);

/// Throws Failure(unusable_file) when the file has a seal and its bytes are not as sealed. Files
/// without one (of other programs, or cut short) pass: HDF5 and Hdf5Guard judge them.
void check_seal(const std::filesystem::path& path);

}  // namespace parapet
