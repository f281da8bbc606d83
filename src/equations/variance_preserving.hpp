#pragma once

#include <array>

#include "equations/process.hpp"

namespace parapet {

/// The variance-preserving diffusion by which generative models turn data into noise (Song et al.
/// 2021, eq. 11 and 32):
///   dX = −½ β X dt + √β dW,   β(t) = β₀ + (β₁ − β₀) t
/// Exact: the mean shrinks by e^{−½B}, B = ∫β, a variance v becomes 1 + (v − 1) e^{−B}. It is
/// Ornstein–Uhlenbeck in the time B.
struct VariancePreserving : OneDensity {
  static constexpr std::string_view name = "variance-preserving";
  static constexpr std::string_view summary =
      "variance-preserving forward diffusion dX = -beta/2 X dt + sqrt(beta) dW, beta = beta_0 + "
      "(beta_1 - beta_0) t, as a density";

  Parameter beta_0 = {"beta_start", 0.1,          "noise rate at t = 0",
                      "1/time",     non_negative, "Song et al. 2021, appendix C: 0.1",
                      "beta_0"};
  Parameter beta_1 = {"beta_end", 20.0,         "noise rate at t = 1",
                      "1/time",   non_negative, "Song et al. 2021, appendix C: 20",
                      "beta_1"};

  auto parameters() { return std::array{&beta_0, &beta_1}; }

  template <class T>
  T potential(const T* x, int d) const {
    T sum(0.0);
    for (int a = 0; a < d; ++a) sum = sum + 0.25 * x[a] * x[a];
    return sum;
  }
  Tensor diffusion(const double*, int) const { return isotropic(0.5); }
  double elapsed(double t) const { return t * (beta_0 + 0.5 * (beta_1 - beta_0) * t); }
  double log_steady(const double* x, int d) const { return -2.0 * potential(x, d); }
};

}  // namespace parapet
