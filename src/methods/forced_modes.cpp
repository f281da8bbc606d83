#include <cmath>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "methods/pseudospectral_system.hpp"

namespace parapet {

Complex ForcedMode::at(double t) const {
  // A sin(θ + l x) = A/2i (e^{iθ} e^{ilx} − e^{−iθ} e^{−ilx}), θ = ω t + φ
  const double theta = wave.frequency * t + wave.phase;
  if (is_nyquist) return {wave.amplitude * std::sin(theta), 0.0};
  return {0.5 * wave.amplitude * std::sin(theta), -0.5 * sign * wave.amplitude * std::cos(theta)};
}

std::vector<ForcedMode> forced_modes(const SpectralTransform& transform,
                                     const std::vector<ForcingWave>& waves) {
  std::vector<ForcedMode> result;
  if (waves.empty()) return result;
  std::vector<std::int32_t> is_kept(waves.size(), 0);
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    for (std::size_t w = 0; w < waves.size(); ++w) {
      const auto axis = static_cast<std::size_t>(waves[w].axis);
      const std::int64_t k = mode.wavenumber[axis];
      auto others = mode.wavenumber;
      others[axis] = 0;
      if (std::abs(k) != waves[w].wavenumber || others != std::array<std::int64_t, 3>{0, 0, 0}) {
        continue;
      }
      is_kept[w] = 1;
      const auto component = static_cast<std::size_t>(waves[w].component);
      result.push_back({component * transform.mode_count() + i, i, waves[w].component, waves[w],
                        k > 0 ? 1.0 : -1.0, 2 * std::abs(k) == transform.grid().points[axis]});
    }
  });
  transform.communicator().all_reduce(std::span<std::int32_t>(is_kept), Reduction::maximum);
  for (std::size_t w = 0; w < waves.size(); ++w) {
    if (is_kept[w] != 0) continue;
    throw Failure(ExitCode::bad_input,
                  fmt::format("forcing of wavenumber {} along axis {} needs a finer grid than {} "
                              "points with this dealiasing",
                              waves[w].wavenumber, waves[w].axis,
                              transform.grid().points[static_cast<std::size_t>(waves[w].axis)]),
                  true);
  }
  return result;
}

}  // namespace parapet
