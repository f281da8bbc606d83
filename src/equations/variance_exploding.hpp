#pragma once

#include <array>
#include <cmath>

#include "equations/process.hpp"

namespace parapet {

/// The variance-exploding diffusion by which generative models turn data into noise (Song et al.
/// 2021, eq. 9 and 30):
///   dX = √(dσ²/dt) dW,   σ(t) = σ₀ (σ₁/σ₀)^t
/// Exact: heat conduction; the variance grows by σ(t)² − σ₀².
struct VarianceExploding : OneDensity {
  static constexpr std::string_view name = "variance-exploding";
  static constexpr std::string_view summary =
      "variance-exploding forward diffusion dX = sqrt(d sigma^2/dt) dW, sigma = sigma_0 "
      "(sigma_1/sigma_0)^t, as a density";

  Parameter sigma_0 = {"sigma_start", 0.01,     "noise at t = 0",
                       "length",      positive, "Song et al. 2021, appendix C: 0.01",
                       "sigma_0"};
  Parameter sigma_1 = {"sigma_end", 1.0,      "noise at t = 1",
                       "length",    positive, "Song et al. 2021, appendix C: 50 on images",
                       "sigma_1"};

  auto parameters() { return std::array{&sigma_0, &sigma_1}; }

  template <class T>
  T potential(const T*, int) const {
    return T(0.0);
  }
  Tensor diffusion(const double*, int) const { return isotropic(0.5); }
  double elapsed(double t) const {
    return sigma_0 * sigma_0 * std::expm1(2.0 * t * std::log(sigma_1 / sigma_0));
  }
};

}  // namespace parapet
