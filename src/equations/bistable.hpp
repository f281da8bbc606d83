#pragma once

#include <cmath>

#include "equations/forms.hpp"

namespace parapet {

/// Bistable or Nagumo equation (Nagumo, Arimoto & Yoshizawa 1962): 0 and 1 are stable, a is not,
///   ∂u/∂t = D ∇²u + r u (1 − u) (u − a)
/// Exact front from 1 into 0 (Huxley): u = [1 + exp((x − c t)/w)]⁻¹ with w = √(2 D/r) and
/// c = √(D r/2) (1 − 2a): which state wins is decided by a.
struct Bistable {
  static constexpr std::string_view name = "bistable";
  static constexpr std::string_view summary =
      "bistable (Nagumo), two stable states and a threshold: u_t = D lap(u) + r u (1 - u) (u - a)";
  static constexpr Components<1> components = {"u"};
  static constexpr int degree = 3;

  Parameter D = {"diffusivity",
                 1.0,
                 "diffusivity of u",
                 "length²/time",
                 non_negative,
                 "Nagumo, Arimoto & Yoshizawa 1962",
                 "D"};
  Parameter r = {"rate", 1.0, "speed of the reaction", "1/time", non_negative, "chosen", "r"};
  Parameter a = {"threshold", 0.25,       "unstable state between 0 and 1",
                 "",          {0.0, 1.0}, "chosen: below 1/2 the state 1 advances",
                 "a"};

  auto parameters() { return std::array{&D, &r, &a}; }
  double diffusivity(int) const { return D; }

  template <class T>
  void reaction(const T* in, T* out) const {
    const T u = in[0];
    out[0] = r * u * (1.0 - u) * (u - a);
  }
  template <class T>
  T potential(const T* in) const {
    const T u = in[0];
    return r * u * u * (0.5 * a - (1.0 + a) / 3.0 * u + 0.25 * u * u);
  }

  double front_speed() const { return std::sqrt(0.5 * D * r) * (1.0 - 2.0 * a); }
  double front_width() const { return std::sqrt(2.0 * D / r); }
  double front(double x, double t) const {
    return 1.0 / (1.0 + std::exp((x - front_speed() * t) / front_width()));
  }
};

}  // namespace parapet
