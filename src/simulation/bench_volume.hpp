#pragma once

#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "simulation/bench_timing.hpp"

namespace parapet {

/// Inviscid Burgers by finite volumes in two and three dimensions: the rate of whole steps, and
/// which share it is of the rate at which `bandwidth` (bytes a second, all ranks together) moves
/// the fields of a step's stages once. Lines of the report's JSON, each with a comma at its end.
/// Collective.
std::string bench_volume(const Communicator& world, double bandwidth, bool is_short);

/// Shocks in three dimensions, scalar and vector.
std::vector<ScalingCase> volume_scaling(bool is_short);

}  // namespace parapet
