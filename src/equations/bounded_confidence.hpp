#pragma once

#include <array>

#include "equations/process.hpp"

namespace parapet {

/// Opinions, each drawn towards those it has confidence in, that are within a range of it
/// (Hegselmann & Krause 2002, with noise: Garnier, Papanicolaou & Yang 2017):
///   dX = −κ ∫_{|X−y|<R} (X − y) ρ(y) dy dt + √(2T) dW,   W = ½ κ (|r|² − R²) for |r| < R, else 0
/// Gradient flow of ∫ T ρ log ρ + ½ ∬ W ρ ρ. Of an even density ρ₀ a wave e^{ikx} grows as
/// −k² (T + ρ₀ Ŵ(k)) says, in one dimension Ŵ(k) = 2κ (kR cos kR − sin kR)/k³: opinions gather in
/// clusters farther apart than R.
struct BoundedConfidence : OneDensity {
  static constexpr std::string_view name = "bounded-confidence";
  static constexpr std::string_view summary =
      "opinions drawn to those within a range R: u_t = div(u grad(W*u)) + T lap(u), "
      "W = kappa/2 (min(|r|, R)^2 - R^2)";

  Parameter kappa = {"attraction", 1.0, "of opinions within the range",
                     "1/time",     {},  "Hegselmann & Krause 2002",
                     "kappa"};
  Parameter R = {
      "range", 1.0, "how far confidence goes", "length", positive, "Hegselmann & Krause 2002", "R"};
  Parameter T = {"temperature", 0.01, "diffusivity", "length²/time", non_negative, "", "T"};

  auto parameters() { return std::array{&kappa, &R, &T}; }

  template <class X>
  X potential(const X*, int) const {
    return X(0.0);
  }
  template <class X>
  X interaction(const X* r, int d) const {
    X square(0.0);
    for (int a = 0; a < d; ++a) square = square + r[a] * r[a];
    return square < X(R * R) ? 0.5 * kappa * (square - R * R) : X(0.0);
  }
  template <class X>
  X radial_slope(X square, int) const {
    return square < X(R * R) ? X(kappa) : X(0.0);
  }
  double interaction_range() const { return R; }
  Tensor diffusion(const double*, int) const { return isotropic(T); }
};

}  // namespace parapet
