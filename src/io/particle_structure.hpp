#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "io/particle_layout.hpp"

namespace parapet {

/// Where in a file of particles the values lie that are written in place: file offsets in bytes.
struct ParticlePlaces {
  std::vector<std::uint64_t> columns;  ///< array [member][frame][slot][component] each
  std::uint64_t ids = 0;               ///< uint64 [slot]
  std::uint64_t digests = 0;           ///< uint64 [member][frame][column]
};

/// What an open file of particles says about itself, checked.
struct ParticleHeader {
  ParticleLayout layout;
  ParticlePlaces places;
};

/// Path inside the file of the dataset with a name.
std::string particle_path(const std::string& name);

/// Makes the draft of `path` (see trajectory_draft.hpp), sealed, its space reserved; ids and values
/// are still to be written. One rank only. Throws Failure: input_output ("need X, have Y", not
/// writable), bad_input (see check(layout)).
ParticlePlaces make_particle_draft(const std::filesystem::path& path, const ParticleLayout& layout);

/// Writes this rank's share of the ids into the draft and syncs it. Local, by every rank of
/// `world`. Throws Failure(input_output).
void write_ids(const Communicator& world, const std::filesystem::path& draft,
               const ParticleLayout& layout, const ParticlePlaces& places);

/// Reads and checks everything but the values. Throws Failure(unusable_file).
ParticleHeader read_particle_header(const std::filesystem::path& path);

}  // namespace parapet
