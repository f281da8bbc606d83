#include "methods/random_forcing.hpp"

#include <cmath>
#include <numbers>

#include "base/random.hpp"

namespace parapet {

void ForcingSettings::declare(Section& section) {
  const char* const source = "Brandstetter, Worrall & Welling 2022 (MP-PDE), eq. 8";
  section.add("waves", waves, "number J of random waves that force each component; 0: no forcing")
      .at_least(0)
      .at_most(1000)
      .source(std::string(source) + ": 5");
  section.add("amplitude", amplitude, "A_j is uniform in plus or minus this")
      .unit("field/time")
      .at_least(0.0)
      .source(std::string(source) + ": 0.5");
  section.add("frequency", frequency, "omega_j is uniform in plus or minus this")
      .unit("radians/time")
      .at_least(0.0)
      .source(std::string(source) + ": 0.4");
  section
      .add("highest_wavenumber", highest_wavenumber,
           "l_j is uniform among 1, 2, ... up to this; waves l_j per length of the grid")
      .at_least(1)
      .source(std::string(source) + ": 3");
}

std::vector<ForcingWave> draw_forcing(const ForcingSettings& settings, std::uint64_t seed,
                                      std::uint64_t member, int dimensions, int components) {
  const RandomStream stream(seed, Purpose::forcing, static_cast<std::uint32_t>(member));
  std::vector<ForcingWave> waves;
  for (int component = 0; component < components; ++component) {
    for (std::int64_t j = 0; j < settings.waves; ++j) {
      const auto place =
          static_cast<std::uint64_t>(component) * 1000 + static_cast<std::uint64_t>(j);
      const auto [a, w] = stream.uniform_pair(place, 0);
      const double p = stream.uniform(place, 1);
      const auto l =
          stream.integer(static_cast<std::uint64_t>(settings.highest_wavenumber), place, 2);
      const auto axis = stream.integer(static_cast<std::uint64_t>(dimensions), place, 3);
      std::array<std::int64_t, 3> wavenumber{0, 0, 0};
      wavenumber[axis] = static_cast<std::int64_t>(l) + 1;
      waves.push_back({settings.amplitude * (2.0 * a - 1.0), settings.frequency * (2.0 * w - 1.0),
                       2.0 * std::numbers::pi * p, wavenumber, component});
    }
  }
  return waves;
}

double forcing_at(const std::vector<ForcingWave>& waves, const Grid& grid, int component, double t,
                  const std::array<double, 3>& x) {
  double sum = 0.0;
  for (const ForcingWave& wave : waves) {
    if (wave.component != component) continue;
    double angle = 0.0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      angle += 2.0 * std::numbers::pi * static_cast<double>(wave.wavenumber[axis]) *
               (x[axis] - grid.lower[axis]) / grid.length[axis];
    }
    sum += wave.amplitude * std::sin(wave.frequency * t + angle + wave.phase);
  }
  return sum;
}

}  // namespace parapet
