#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "simulation/bench_timing.hpp"

namespace parapet {

/// The kernels of particles, each beside what limits it on this machine: oscillators that act
/// through moments, on up to `most_particles` of all ranks together; forces over all pairs; whole
/// solvers of processes without interaction, and through a mesh. Lines of the report's JSON, each
/// with a comma at its end. Collective.
std::string bench_particles(const Communicator& world, std::int64_t most_particles, bool is_short);

/// Oscillators with noise, and particles that interact through a mesh.
std::vector<ScalingCase> particle_scaling(bool is_short);

}  // namespace parapet
