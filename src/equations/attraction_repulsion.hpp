#pragma once

#include <array>
#include <cmath>

#include "equations/process.hpp"

namespace parapet {

/// Particles that repel each other near and attract each other far (Balagué, Carrillo, Laurent &
/// Raoul 2013):
///   ∂ρ/∂t = ∇·(ρ ∇(W∗ρ)) + T ∇²ρ,   W = |r|^a/a − |r|^b/b
/// Gradient flow of ∫ T ρ log ρ + ½ ∬ W ρ ρ. For T = 0, a = 2, b = 1 in one dimension mass 1 comes
/// to rest spread evenly over an interval of length 2.
struct AttractionRepulsion : OneDensity {
  static constexpr std::string_view name = "attraction-repulsion";
  static constexpr std::string_view summary =
      "aggregation u_t = div(u grad(W*u)) + T lap(u), W = |r|^a/a - |r|^b/b";

  Parameter a = {"attraction_power", 2.0, "a", "", {0.1, 10.0}, "Balagué et al. 2013", "a"};
  Parameter b = {"repulsion_power", 1.0, "b < a", "", {0.1, 10.0}, "Balagué et al. 2013", "b"};
  Parameter T = {"temperature", 0.01, "diffusivity", "length²/time", non_negative, "", "T"};

  auto parameters() { return std::array{&a, &b, &T}; }

  template <class X>
  X potential(const X*, int) const {
    return X(0.0);
  }
  template <class X>
  X interaction(const X* r, int d) const {
    using std::exp;
    using std::log;
    X square(0.0);
    for (int i = 0; i < d; ++i) square = square + r[i] * r[i];
    if (square == X(0.0)) return X(0.0);
    const X log_r = 0.5 * log(square);
    return exp(a * log_r) / double(a) - exp(b * log_r) / double(b);
  }
  template <class X>
  X radial_slope(X square, int) const {
    using std::exp;
    using std::log;
    const X log_r = 0.5 * log(square);
    return exp((a - 2.0) * log_r) - exp((b - 2.0) * log_r);
  }
  Tensor diffusion(const double*, int) const { return isotropic(T); }
};

}  // namespace parapet
