#pragma once

#include <array>

#include "equations/process.hpp"

namespace parapet {

/// Desai & Zwanzig (1978), the mean-field ferromagnet, particles in two wells with springs between
/// them:
///   dX = −V'(X) dt − κ (X − ⟨X⟩) dt + √(2T) dW,   V = x⁴/4 − x²/2
/// Gradient flow of ∫ T ρ log ρ + V ρ + ½ ∬ ½ κ (x − y)² ρ ρ. Steady means solve
/// m = ∫ x e^{−(V + ½ κ (x − m)²)/T} dx / Z: below a critical temperature, where T = κ ⟨x²⟩ at
/// m = 0, there are two more (Dawson 1983).
struct DesaiZwanzig : OneDensity {
  static constexpr std::string_view name = "desai-zwanzig";
  static constexpr std::string_view summary =
      "Desai-Zwanzig, two wells and springs between particles: dX = (X - X^3) dt - kappa (X - <X>) "
      "dt "
      "+ sqrt(2T) dW, as a density";
  static constexpr int dimensions = 1;

  Parameter kappa = {"attraction", 1.0, "of the springs between particles",
                     "1/time",     {},  "Desai & Zwanzig 1978",
                     "kappa"};
  Parameter T = {"temperature", 0.3, "diffusivity", "length²/time", positive, "", "T"};

  auto parameters() { return std::array{&kappa, &T}; }

  template <class X>
  X potential(const X* x, int) const {
    const X square = x[0] * x[0];
    return 0.25 * square * square - 0.5 * square;
  }
  template <class X>
  X interaction(const X* r, int) const {
    return 0.5 * kappa * r[0] * r[0];
  }
  template <class X>
  X radial_slope(X, int) const {
    return X(kappa);
  }
  Tensor diffusion(const double*, int) const { return isotropic(T); }
};

}  // namespace parapet
