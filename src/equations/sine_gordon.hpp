#pragma once

#include "equations/second_order_wave.hpp"

namespace parapet {

/// Sine-Gordon (Frenkel & Kontorova 1939; Ablowitz, Kaup, Newell & Segur 1973), a chain of pendula:
///   ∂²u/∂t² = c² ∇²u − m² sin u,    V = m² (1 − cos u)
/// Exact in 1 D, with γ = 1/√(1 − v²/c²): the kink 4 arctan exp(γ m (x − v t)/c), a turn by 2π that
/// keeps its shape; and the breather of frequency m Ω, 0 < Ω < 1, with κ = √(1 − Ω²),
///   u = 4 arctan( κ cos(m Ω t) / (Ω cosh(κ m x/c)) )
struct SineGordon {
  static constexpr std::string_view name = "sine-gordon";
  static constexpr std::string_view summary =
      "sine-Gordon, kinks and breathers: u_tt = c^2 lap(u) - m^2 sin(u)";
  static constexpr Components<2> components = wave_components;
  static constexpr int degree = 0;

  Parameter c = {"wave_speed",
                 1.0,
                 "speed no kink reaches",
                 "length/time",
                 positive,
                 "Ablowitz et al. 1973: 1",
                 "c"};
  Parameter m = {
      "mass", 1.0, "frequency of small swings", "1/time", positive, "Ablowitz et al. 1973: 1", "m"};

  auto parameters() { return std::array{&c, &m}; }
  double wave_speed() const { return c; }
  double mass_square() const { return 0.0; }

  template <class T>
  T potential(const T& u) const {
    using std::cos;
    return m * m * (1.0 - cos(u));
  }
  template <class T>
  T force(const T& u) const {
    using std::sin;
    return -(m * m) * sin(u);
  }

  /// u and ∂u/∂t of a kink from 0 to 2π that is at x = 0 and moves with a share `v` of the wave
  /// speed.
  std::array<double, 2> kink(double x, double v) const {
    const double slope = m / c / std::sqrt(1.0 - v * v);
    return {4.0 * std::atan(std::exp(slope * x)), -2.0 * v * c * slope / std::cosh(slope * x)};
  }
  static constexpr std::array<double, 2> vacua = {0.0, 6.283185307179586};

  /// u and ∂u/∂t of the breather around x = 0.
  std::array<double, 2> breather(double x, double t, double frequency) const {
    const double kappa = std::sqrt(1.0 - frequency * frequency);
    const double shape = kappa / (frequency * std::cosh(kappa * m / c * x));
    const double angle = m * frequency * t, tangent = shape * std::cos(angle);
    const double rate = -shape * m * frequency * std::sin(angle);
    return {4.0 * std::atan(tangent), 4.0 * rate / (1.0 + tangent * tangent)};
  }
};

static_assert(HasWavePotential<SineGordon> && HasKinks<SineGordon> && HasBreather<SineGordon>);

}  // namespace parapet
