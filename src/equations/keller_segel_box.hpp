#pragma once

#include <array>

#include "equations/process.hpp"

namespace parapet {

/// Keller & Segel (1970), the parabolic–elliptic system in a box or round a torus (Jäger & Luckhaus
/// 1992; with decay Nagai 1995), without flux of cells or signal through walls:
///   ∂ρ/∂t = D ∇²ρ − χ ∇·(ρ ∇c),   −∇²c + α c = ρ  (ρ − ⟨ρ⟩ where α = 0)
/// Gradient flow of ∫ D ρ log ρ − ½ χ ρ c. A wave k on an even density ρ₀ grows at the rate
/// −D k² + χ ρ₀ k²/(k² + α).
struct KellerSegelBox : OneDensity {
  static constexpr std::string_view name = "keller-segel-box";
  static constexpr std::string_view summary =
      "Keller-Segel u_t = D lap(u) - chi div(u grad(c)), -lap(c) + alpha c = u within the domain";

  Parameter D = {"diffusivity",   1.0, "of the cells", "length²/time", positive,
                 "Nagai 1995: 1", "D"};
  Parameter chi = {"sensitivity", 1.0,  "to the signal", "length^d/time", non_negative,
                   "Nagai 1995",  "chi"};
  Parameter alpha = {"decay",
                     1.0,
                     "of the signal, over its diffusivity; 0: the mean of u is left out",
                     "1/length²",
                     non_negative,
                     "Nagai 1995: 1",
                     "alpha"};

  auto parameters() { return std::array{&D, &chi, &alpha}; }

  template <class X>
  X potential(const X*, int) const {
    return X(0.0);
  }
  Signal signal() const { return {chi, alpha}; }
  Tensor diffusion(const double*, int) const { return isotropic(D); }
};

}  // namespace parapet
