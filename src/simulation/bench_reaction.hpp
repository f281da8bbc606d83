#pragma once

#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "simulation/bench_timing.hpp"

namespace parapet {

/// Gray–Scott by differences: the explicit step in three dimensions beside the time in which memory
/// reads and writes two fields once, and steps of dt = 1 on PETSc's problem (ex5) in two. Lines of
/// the report's JSON, each with a comma at its end. Collective.
std::string bench_reaction(const Communicator& world, bool is_short);

/// Explicit steps in three dimensions and implicit ones in two.
std::vector<ScalingCase> reaction_scaling(bool is_short);

}  // namespace parapet
