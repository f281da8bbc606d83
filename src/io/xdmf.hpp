#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "io/trajectory_layout.hpp"

namespace parapet {

/// Writes what ParaView 5.11 needs to open a trajectory ("XDMF Reader", not Xdmf3) beside it, each
/// file atomically:
///
/// - `trajectory.xdmf`: for each of the first `most_members` members that have valid frames a time
///   series named "member m" of them, so that x, y, z, times and vector components are true;
/// - `coordinates.h5` (2-D and 3-D, once): the points of the grid. The trajectory stores z fastest,
///   VTK's uniform grids want x fastest and cannot be permuted, so the grid is described as a
///   curvilinear one with explicit points, which compress to nearly nothing;
/// - of a graph, whose points and edges are those of `graph.h5`, `trajectory.xdmf` shows the edges;
/// - `spacetime.xdmf` (1-D): each of these members as one image over x and t.
///
/// `valid_frames` as TrajectoryFile tells it. One rank only. Throws Failure(input_output).
void write_xdmf(const std::filesystem::path& folder, const TrajectoryLayout& layout,
                std::span<const std::int64_t> valid_frames, std::size_t most_members = 16);

}  // namespace parapet
