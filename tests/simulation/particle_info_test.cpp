// What `parapet info` says of a file of particles.
#include <gtest/gtest.h>

#include "io/particle_samples.hpp"
#include "io/scratch_folder.hpp"
#include "simulation/file_info.hpp"

namespace parapet {
namespace {

TEST(ParticleInfo, TellsWhatTheFileHolds) {
  const auto self = Communicator::self();
  const ScratchFolder folder(self);
  auto file = ParticleFile::create(self, self, folder.path(),
                                   sample_particles(2, 3, Precision::float64), IfPresent::refuse);
  for (const std::int64_t frame : {0, 1, 2}) write_sample(file, self, 1, frame);
  const auto text = file_info(self, file.path());
  for (const char* part :
       {"particles.h5: particles\n", "dX = dW", "particles: 23 in 2 dimensions, kept 8\n",
        "column: velocity, 3 components, float64\n", "column: frequency, 1 component, float64\n",
        "time: 3 frames from 0 to 0.25\n", "members: 2, complete 1, "}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in\n" << text;
  }
}

}  // namespace
}  // namespace parapet
