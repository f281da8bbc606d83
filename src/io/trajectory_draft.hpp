#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "io/trajectory_layout.hpp"
#include "io/trajectory_structure.hpp"

namespace parapet {

/// The name a trajectory has while it is being made beside `path`.
std::filesystem::path draft_path(const std::filesystem::path& path);

/// Makes the draft of `path`: `lay_out(draft)` creates it, of at most `bytes`; its space is
/// reserved and it is on the disk; what an earlier attempt left is replaced. To be given its final
/// name by publish_file. One rank only. Throws Failure(input_output): "need X, have Y", not
/// writable.
void make_draft(const std::filesystem::path& path, std::uint64_t bytes,
                const std::function<void(const std::filesystem::path& draft)>& lay_out);

/// The draft of a trajectory: laid out whole and sealed. Throws also Failure(bad_input), see
/// check(layout).
TrajectoryPlaces make_draft(const std::filesystem::path& path, const TrajectoryLayout& layout);

/// Removes the draft of `path` if there is one.
void remove_draft(const std::filesystem::path& path);

}  // namespace parapet
