#pragma once

#include "equations/second_order_wave.hpp"

namespace parapet {

/// φ⁴ (Dashen, Hasslacher & Neveu 1974), waves between two vacua ±1:
///   ∂²u/∂t² = c² ∇²u + λ (u − u³),    V = ¼ λ (1 − u²)²
/// Exact in 1 D, with γ = 1/√(1 − v²/c²): the kink tanh(γ √(λ/2) (x − v t)/c).
struct Phi4 {
  static constexpr std::string_view name = "phi-4";
  static constexpr std::string_view summary =
      "phi^4, two vacua and the walls between them: u_tt = c^2 lap(u) + lambda (u - u^3)";
  static constexpr Components<2> components = wave_components;
  static constexpr int degree = 3;

  Parameter c = {"wave_speed",
                 1.0,
                 "speed no wall reaches",
                 "length/time",
                 positive,
                 "Dashen, Hasslacher & Neveu 1974: 1",
                 "c"};
  Parameter lambda = {"coupling", 1.0,      "depth of the vacua, times 4",
                      "1/time²",  positive, "Dashen, Hasslacher & Neveu 1974: 1",
                      "lambda"};

  auto parameters() { return std::array{&c, &lambda}; }
  double wave_speed() const { return c; }
  double mass_square() const { return 0.0; }

  template <class T>
  T potential(const T& u) const {
    const T depth = 1.0 - u * u;
    return 0.25 * lambda * depth * depth;
  }
  template <class T>
  T force(const T& u) const {
    return lambda * u * (1.0 - u * u);
  }

  /// u and ∂u/∂t of a kink from −1 to 1 that is at x = 0 and moves with a share `v` of the wave
  /// speed.
  std::array<double, 2> kink(double x, double v) const {
    const double slope = std::sqrt(0.5 * lambda) / c / std::sqrt(1.0 - v * v);
    const double u = std::tanh(slope * x);
    return {u, -v * c * slope * (1.0 - u * u)};
  }
  static constexpr std::array<double, 2> vacua = {-1.0, 1.0};
};

static_assert(HasWavePotential<Phi4> && HasKinks<Phi4>);

}  // namespace parapet
