#pragma once

#include <array>

#include "equations/process.hpp"

namespace parapet {

/// A particle of unit mass with friction (Langevin 1908; its density: Klein 1922, Kramers 1940),
/// place x and velocity v as the two axes of the grid:
///   dx = v dt,   dv = (−γ v − U'(x)) dt + √(2γT) dW,   U = ½ k x² + ¼ q x⁴
/// Only v diffuses. Steady e^{−(v²/2 + U)/T}/Z. Exact for q = 0: a Gaussian stays one,
/// m' = A m, Σ' = AΣ + ΣAᵀ + diag(0, 2γT) with A = (0 1; −k −γ).
struct UnderdampedLangevin : OneDensity {
  static constexpr std::string_view name = "underdamped-langevin";
  static constexpr std::string_view summary =
      "underdamped Langevin dx = v dt, dv = (-gamma v - U'(x)) dt + sqrt(2 gamma T) dW, U = k/2 "
      "x^2 "
      "+ q/4 x^4, as a density of x and v";
  static constexpr int dimensions = 2;

  Parameter gamma = {"friction", 1.0, "friction", "1/time", non_negative, "Kramers 1940", "gamma"};
  Parameter T = {"temperature",  1.0, "variance of the velocity at rest", "velocity²", positive,
                 "Kramers 1940", "T"};
  Parameter k = {"stiffness", 1.0, "linear spring; negative for a double well", "1/time²", {},
                 "",          "k"};
  Parameter q = {"quartic", 0.0, "cubic spring", "1/(length² time²)", non_negative, "", "q"};

  auto parameters() { return std::array{&gamma, &T, &k, &q}; }

  template <class X>
  X acceleration(const X* x) const {
    return -x[0] * (k + q * x[0] * x[0]);
  }
  Friction friction() const { return {gamma, T}; }
  template <class X>
  void drift(const X* x, int, X* f) const {
    f[0] = x[1];
    f[1] = acceleration(x) - gamma * x[1];
  }
  Tensor diffusion(const double*, int) const { return {0.0, gamma * T}; }
  double log_steady(const double* x, int) const {
    const double U = x[0] * x[0] * (0.5 * k + 0.25 * q * x[0] * x[0]);
    return -(0.5 * x[1] * x[1] + U) / T;
  }
};

}  // namespace parapet
