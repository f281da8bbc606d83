#include "learn/fno_settings.hpp"

namespace parapet {

void FnoSettings::declare(Section& section) {
  section.add("modes", modes, "Fourier modes kept per axis; one entry serves every axis")
      .at_least(1)
      .at_most(4096)
      .entries(1, 3)
      .source("Li et al. 2021, arXiv 2010.08895");
  section.add("width", width, "channels of the hidden layers").at_least(1).at_most(4096);
  section.add("layers", layers, "number of Fourier layers").at_least(1).at_most(64);
  section.add("projection", projection, "hidden channels of the final two pointwise layers")
      .at_least(1)
      .at_most(65536);
  section.add("coordinates", coordinates,
              "whether the coordinates of the grid are appended to the input channels");
  section.add("seed", seed, "seed of the initial parameters").at_least(0);
}

}  // namespace parapet
