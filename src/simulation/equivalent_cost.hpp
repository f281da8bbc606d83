#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace parapet {

/// Which predictions a solver is to match: of frame `target_frame` from frame `input_frame` of some
/// members of a trajectory, compared on every stride-th point.
struct EquivalentTask {
  std::filesystem::path trajectory;
  std::span<const std::int64_t> members;
  std::int64_t input_frame = 0, target_frame = 0;
  std::int64_t stride = 1;
  double error = 0.0;  ///< relative L2 to be reached, mean over the members
};

/// The cheapest run of Parapet's own solver that is as accurate.
struct EquivalentCost {
  std::int64_t points = 0;  ///< along each axis
  double time_step = 0.0;
  double error = 0.0;    ///< reached
  double seconds = 0.0;  ///< for one member by this rank alone, set-up left out
  std::string method;
};

/// Looks for it: grids of 8, 12, 16, 24, … points an axis up to the trajectory's own, and on each
/// ever more steps; of all that reach the error the one that takes least time. The start is the
/// trajectory's frame, cut off to the coarse grid's modes. Local to one rank. Nothing when the
/// trajectory is not one of a Burgers equation without forcing, or nothing in reach suffices.
std::optional<EquivalentCost> equivalent_cost(const EquivalentTask& task);

}  // namespace parapet
