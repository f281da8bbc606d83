#pragma once

#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "simulation/bench_timing.hpp"

namespace parapet {

/// Implicit steps of processes' densities, with the iterations of their linear systems, beside one
/// multigrid solve of the heat equation on the same grid, to the same tolerance. Lines of the
/// report's JSON, each with a comma at its end. Collective.
std::string bench_density(const Communicator& world, bool is_short);

/// Implicit steps of a density in two dimensions.
std::vector<ScalingCase> density_scaling(bool is_short);

}  // namespace parapet
