#pragma once

#include <array>
#include <cmath>

#include "equations/process.hpp"

namespace parapet {

/// Müller & Brown (1979), a chemist's landscape of three wells and two passes in the plane:
///   dX = −∇V dt + √(2T) dW,   V = Σ_i A_i exp(a_i (x − x_i)² + b_i (x − x_i)(y − y_i) + c_i (y −
///   y_i)²)
/// usually on [−1.5, 1.2] × [−0.2, 2]: wells of −146.7 at (−0.558, 1.442), −108.2 at (0.623,
/// 0.028), −80.8 at (−0.050, 0.467).
struct MullerBrown : OneDensity {
  static constexpr std::string_view name = "muller-brown";
  static constexpr std::string_view summary =
      "a particle in the landscape of Mueller and Brown, three wells in the plane: dX = -grad(V) "
      "dt "
      "+ sqrt(2T) dW, as a density";
  static constexpr int dimensions = 2;

  Parameter T = {"temperature",
                 15.0,
                 "diffusivity",
                 "length²/time",
                 positive,
                 "Müller & Brown 1979 for V",
                 "T"};

  auto parameters() { return std::array{&T}; }

  template <class X>
  X potential(const X* x, int) const {
    using std::exp;
    X sum(0.0);
    for (const Hill& hill : hills) {
      const X u = x[0] - hill.x, v = x[1] - hill.y;
      sum = sum + hill.height * exp(hill.a * u * u + hill.b * u * v + hill.c * v * v);
    }
    return sum;
  }
  Tensor diffusion(const double*, int) const { return isotropic(T); }
  double log_steady(const double* x, int d) const { return -potential(x, d) / T; }

 private:
  struct Hill {
    double height, x, y, a, b, c;
  };
  static constexpr std::array<Hill, 4> hills = {{{-200.0, 1.0, 0.0, -1.0, 0.0, -10.0},
                                                 {-100.0, 0.0, 0.5, -1.0, 0.0, -10.0},
                                                 {-170.0, -0.5, 1.5, -6.5, 11.0, -6.5},
                                                 {15.0, -1.0, 1.0, 0.7, 0.6, 0.7}}};
};

}  // namespace parapet
