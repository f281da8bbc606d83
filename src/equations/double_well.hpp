#pragma once

#include <array>

#include "equations/process.hpp"

namespace parapet {

/// Overdamped motion in two wells (Kramers 1940):
///   dX = −∇V dt + √(2T) dW,   V = h ((x/a)² − 1)² + ½ k (y² + z²)
/// Gradient flow of ∫ T ρ log ρ + V ρ; steady e^{−V/T}/Z. For T ≪ h one well empties into the other
/// at the rate √(V″(a)|V″(0)|)/2π e^{−h/T} = 2√2 h/(πa²) e^{−h/T}.
struct DoubleWell : OneDensity {
  static constexpr std::string_view name = "double-well";
  static constexpr std::string_view summary =
      "a particle in two wells: dX = -grad(V) dt + sqrt(2T) dW, V = h ((x/a)^2 - 1)^2 + k/2 (y^2 + "
      "z^2), as a density";

  Parameter h = {"barrier",      1.0, "height of the barrier", "length²/time", non_negative,
                 "Kramers 1940", "h"};
  Parameter a = {"well", 1.0, "distance of a well from the barrier", "length", positive, "", "a"};
  Parameter k = {"stiffness", 4.0, "of the valley across, in y and z", "1/time", non_negative,
                 "",          "k"};
  Parameter T = {"temperature", 0.25, "diffusivity", "length²/time", positive, "", "T"};

  auto parameters() { return std::array{&h, &a, &k, &T}; }

  template <class X>
  X potential(const X* x, int d) const {
    const X well = x[0] * x[0] / (a * a) - 1.0;
    X sum = h * well * well;
    for (int i = 1; i < d; ++i) sum = sum + 0.5 * k * x[i] * x[i];
    return sum;
  }
  Tensor diffusion(const double*, int) const { return isotropic(T); }
  double log_steady(const double* x, int d) const { return -potential(x, d) / T; }
};

}  // namespace parapet
