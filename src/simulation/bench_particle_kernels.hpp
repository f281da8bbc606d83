#pragma once

#include <cstdint>
#include <string>

#include "base/communicator.hpp"
#include "simulation/bench_timing.hpp"

namespace parapet {

/// Exponentials of numbers in the first cache, a second, of all ranks together. Collective.
double exponential_rate(const Communicator& ranks, bool is_short);

/// A step of Kuramoto's oscillators, `particles` of all ranks together. Collective.
StepTime time_oscillators(const Communicator& ranks, std::int64_t particles, bool is_noisy,
                          int steps);

/// Oscillators with and without noise beside memory, sines and normal numbers, and what a particle
/// costs from 10⁵ of them to `most`. Lines of the report. Collective.
std::string bench_oscillators(const Communicator& world, std::int64_t most, bool is_short);

/// Morse's forces in the plane, each pair of particles once, beside their exponentials alone. Lines
/// of the report. Collective.
std::string bench_pairs(const Communicator& world, bool is_short);

}  // namespace parapet
