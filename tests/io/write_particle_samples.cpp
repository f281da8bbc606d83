// Writes small files of particles into folders of the folder given, for checks in Python; the last
// frame of the last member is left out.
#include <algorithm>
#include <string>

#include "base/failure.hpp"
#include "base/session.hpp"
#include "io/particle_file.hpp"
#include "io/particle_xdmf.hpp"
#include "particle_samples.hpp"

namespace parapet {
namespace {

void write_sample(const Communicator& world, const std::filesystem::path& folder,
                  const ParticleLayout& layout, const ParticleView& view) {
  if (world.is_root()) std::filesystem::create_directories(folder);
  world.barrier();
  auto file = ParticleFile::create(world, world, folder, layout, IfPresent::refuse);
  for (std::int64_t member = 0; member < layout.members; ++member) {
    const bool is_last = member + 1 == layout.members;
    for (std::int64_t frame = 0; frame < layout.frames() - (is_last ? 1 : 0); ++frame) {
      write_sample(file, world, member, frame);
    }
  }
  world.barrier();
  if (world.is_root()) write_particle_xdmf(folder, layout, file.valid_frames(), view);
}

ExitCode write_samples(const Communicator& world, const std::filesystem::path& folder) {
  ParticleView in_parts;
  in_parts.smallest_part = 3;
  in_parts.most_parts = 3;
  write_sample(world, folder / "plane", sample_particles(2, 1, Precision::float32), {});
  write_sample(world, folder / "parts", sample_particles(3, 2, Precision::float64), in_parts);
  write_sample(world, folder / "many", sample_particles(5, 1, Precision::float64), {});
  return ExitCode::done;
}

}  // namespace
}  // namespace parapet

int main(int argc, char** argv) {
  return parapet::run_program(argc, argv, [&](const parapet::Communicator& world) {
    parapet::require(argc == 2, parapet::ExitCode::bad_input,
                     "usage: write_particle_samples FOLDER");
    return parapet::write_samples(world, argv[1]);
  });
}
