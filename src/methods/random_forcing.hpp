#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/settings.hpp"
#include "grid/grid.hpp"

namespace parapet {

/// `[equation.forcing]`: how the random forcing is drawn. The defaults are those of the MP-PDE
/// benchmark (Brandstetter, Worrall & Welling 2022, eq. 8), except that there is none unless
/// `waves` asks for it.
struct ForcingSettings {
  std::int64_t waves = 0;
  double amplitude = 0.5;
  double frequency = 0.4;
  std::int64_t highest_wavenumber = 3;

  void declare(Section& section);
};

/// One wave A sin(ω t + Σ_a 2π l_a (x_a − lower_a)/length_a + φ) added to ∂/∂t of one component.
struct ForcingWave {
  double amplitude;
  double frequency;  ///< ω, radians per unit of time
  double phase;
  std::array<std::int64_t, 3> wavenumber;  ///< l, not zero along every axis
  int component;
};

/// The forcing of one member: δ(t, x) = Σ_j A_j sin(ω_j t + 2π l_j x/L + φ_j) with A_j uniform in
/// ±amplitude, ω_j in ±frequency, l_j in 1..highest_wavenumber, φ_j in [0, 2π]. In several
/// dimensions each wave runs along an axis drawn at random; each component has its own waves.
/// Depends on nothing but the settings, the seed and the member.
std::vector<ForcingWave> draw_forcing(const ForcingSettings& settings, std::uint64_t seed,
                                      std::uint64_t member, int dimensions, int components);

/// δ at time t and point x of one component.
double forcing_at(const std::vector<ForcingWave>& waves, const Grid& grid, int component, double t,
                  const std::array<double, 3>& x);

}  // namespace parapet
