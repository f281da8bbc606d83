#pragma once

#include <span>
#include <string>

#include "base/communicator.hpp"
#include "simulation/bench_timing.hpp"

namespace parapet {

/// Bytes a second in STREAM's triad a = b + s c (McCalpin 1995), three arrays that pass through
/// memory, of all ranks together. Collective.
double memory_bandwidth(const Communicator& ranks, bool is_short);

/// Strong scaling: each case on 1, 2, 4, … and all ranks, beside what two limits gain from as many:
/// memory bandwidth, and arithmetic in registers. A piece of the report in JSON. Collective.
std::string bench_scaling(const Communicator& world, std::span<const ScalingCase> cases,
                          bool is_short);

}  // namespace parapet
