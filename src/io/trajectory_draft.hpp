#pragma once

#include <filesystem>

#include "io/trajectory_layout.hpp"
#include "io/trajectory_structure.hpp"

namespace parapet {

/// The name a trajectory has while it is being made beside `path`.
std::filesystem::path draft_path(const std::filesystem::path& path);

/// Makes the draft of `path`: laid out whole and sealed, its space reserved, on the disk; what an
/// earlier attempt left is replaced. To be given its final name by publish_file. One rank only.
/// Throws Failure: input_output ("need X, have Y", not writable), bad_input (see check(layout)).
TrajectoryPlaces make_draft(const std::filesystem::path& path, const TrajectoryLayout& layout);

/// Removes the draft of `path` if there is one.
void remove_draft(const std::filesystem::path& path);

}  // namespace parapet
