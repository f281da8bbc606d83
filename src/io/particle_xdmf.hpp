#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "io/particle_layout.hpp"

namespace parapet {

inline constexpr const char* particle_xdmf_name = "particles.xdmf";  ///< in a run folder

/// How a member's particles are cut into parts that ParaView's servers read at once, and how many
/// members are shown.
struct ParticleView {
  std::int64_t smallest_part = 1000000;  ///< particles
  std::int64_t most_parts = 64;
  std::size_t most_members = 16;
};

/// Writes `particles.xdmf` beside the file of particles, atomically: for each of the first members
/// that have valid frames a time series "member m" of points with all that is known of them; every
/// frame is a collection of parts, since ParaView reads a single grid on one of its ranks only. For
/// ParaView 5.11's "XDMF Reader", not Xdmf3. `valid_frames` as ParticleFile tells it. One rank
/// only. Throws Failure(input_output).
void write_particle_xdmf(const std::filesystem::path& folder, const ParticleLayout& layout,
                         std::span<const std::int64_t> valid_frames,
                         const ParticleView& view = ParticleView());

}  // namespace parapet
