#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "base/communicator.hpp"
#include "io/trajectory_layout.hpp"

namespace parapet {

/// Gives the trajectory in `folder` another layout, `wanted`: other frame times, more members, new
/// provenance. What both layouts have is kept: of each member the valid frames up to the first
/// whose time differs, and the certificates of `finished` (needed on rank 0).
///
/// The new file is made beside the old one; every frame is compared with its digest when it is read
/// and again, read back, when it is written; the file is synced by every rank and takes the old
/// one's name last. Ended at any moment, this leaves either the old or the new file, whole.
///
/// `at_each_step` is called between any two of these steps, for tests of just that. Collective, and
/// nobody may have the file open for writing. Throws a collective Failure: unusable_file (the old
/// file is not sound, or laid out for another grid, field or precision), input_output.
void extend_trajectory(const Communicator& world, const std::filesystem::path& folder,
                       const TrajectoryLayout& wanted, std::span<const std::int64_t> finished,
                       const std::function<void()>& at_each_step);

}  // namespace parapet
