#pragma once

#include <array>
#include <cmath>

#include "equations/process.hpp"

namespace parapet {

/// A swarm held together by Morse's potential (D'Orsogna, Chuang, Bertozzi & Chayes 2006), without
/// inertia:
///   ∂ρ/∂t = ∇·(ρ ∇(W∗ρ)) + T ∇²ρ,   W = C_r e^{−|r|/l_r} − C_a e^{−|r|/l_a}
/// Gradient flow of ∫ T ρ log ρ + ½ ∬ W ρ ρ.
struct MorseSwarm : OneDensity {
  static constexpr std::string_view name = "morse-swarm";
  static constexpr std::string_view summary =
      "swarm u_t = div(u grad(W*u)) + T lap(u), W = C_r exp(-|r|/l_r) - C_a exp(-|r|/l_a)";

  Parameter C_r = {"repulsion",    1.0,          "strength of the repulsion",
                   "length²/time", non_negative, "D'Orsogna et al. 2006",
                   "C_r"};
  Parameter l_r = {"repulsion_length",      0.5,  "its range", "length", positive,
                   "D'Orsogna et al. 2006", "l_r"};
  Parameter C_a = {"attraction",   0.6,          "strength of the attraction",
                   "length²/time", non_negative, "D'Orsogna et al. 2006",
                   "C_a"};
  Parameter l_a = {"attraction_length",     2.0,  "its range", "length", positive,
                   "D'Orsogna et al. 2006", "l_a"};
  Parameter T = {"temperature", 0.01, "diffusivity", "length²/time", non_negative, "", "T"};

  auto parameters() { return std::array{&C_r, &l_r, &C_a, &l_a, &T}; }

  template <class X>
  X potential(const X*, int) const {
    return X(0.0);
  }
  template <class X>
  X interaction(const X* r, int d) const {
    using std::exp;
    using std::sqrt;
    X square(0.0);
    for (int i = 0; i < d; ++i) square = square + r[i] * r[i];
    const X distance = square == X(0.0) ? X(0.0) : sqrt(square);
    return C_r * exp(-distance / double(l_r)) - C_a * exp(-distance / double(l_a));
  }
  template <class X>
  X radial_slope(X square, int) const {
    using std::exp;
    using std::sqrt;
    const X r = sqrt(square);
    return (C_a / l_a * exp(r * (-1.0 / l_a)) - C_r / l_r * exp(r * (-1.0 / l_r))) / r;
  }
  Tensor diffusion(const double*, int) const { return isotropic(T); }
};

}  // namespace parapet
