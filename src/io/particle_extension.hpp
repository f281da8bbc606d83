#pragma once

#include <filesystem>
#include <functional>

#include "base/communicator.hpp"
#include "io/particle_layout.hpp"

namespace parapet {

/// Gives the file of particles in `folder` another layout, `wanted`: other frame times, more
/// members, new provenance. What both layouts have is kept: of each member the valid frames up to
/// the first whose time differs. Done as extend_trajectory does it: ended at any moment, this
/// leaves either the old or the new file, whole.
///
/// `at_each_step` is called between any two steps, for tests of just that. Collective, and nobody
/// may have the file open for writing. Throws a collective Failure: unusable_file (the old file is
/// not sound, or laid out for other particles, quantities or precision), input_output.
void extend_particles(const Communicator& world, const std::filesystem::path& folder,
                      const ParticleLayout& wanted, const std::function<void()>& at_each_step);

}  // namespace parapet
