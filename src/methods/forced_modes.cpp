#include <array>
#include <cmath>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/failure.hpp"
#include "methods/pseudospectral_system.hpp"

namespace parapet {

namespace {

using Wavenumber = std::array<std::int64_t, 3>;

/// −k as modes are numbered: n/2 is its own opposite.
Wavenumber opposite(const Wavenumber& k, const Grid& grid) {
  Wavenumber result{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    result[axis] = 2 * k[axis] == grid.points[axis] ? k[axis] : -k[axis];
  }
  return result;
}

std::string text_of(const Wavenumber& k, int dimensions) {
  return fmt::format("({})", fmt::join(k.begin(), k.begin() + dimensions, ", "));
}

}  // namespace

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
  if (!transform.grid().is_periodic_everywhere()) {
    throw Failure(ExitCode::bad_input, "forcing needs a periodic grid", true);
  }
  std::vector<std::int32_t> is_kept(waves.size(), 0);
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    for (std::size_t w = 0; w < waves.size(); ++w) {
      const Wavenumber& k = waves[w].wavenumber;
      const Wavenumber minus_k = opposite(k, transform.grid());
      if (mode.wavenumber != k && mode.wavenumber != minus_k) continue;
      is_kept[w] = 1;
      const auto component = static_cast<std::size_t>(waves[w].component);
      result.push_back({component * transform.mode_count() + i, i, waves[w].component, waves[w],
                        mode.wavenumber == k ? 1.0 : -1.0, k == minus_k});
    }
  });
  transform.communicator().all_reduce(std::span<std::int32_t>(is_kept), Reduction::maximum);
  for (std::size_t w = 0; w < waves.size(); ++w) {
    if (is_kept[w] != 0) continue;
    throw Failure(
        ExitCode::bad_input,
        fmt::format("forcing of wavenumber {} needs a finer grid than {} points with this "
                    "dealiasing",
                    text_of(waves[w].wavenumber, transform.grid().dimensions),
                    text_of(transform.grid().points, transform.grid().dimensions)),
        true);
  }
  return result;
}

}  // namespace parapet
