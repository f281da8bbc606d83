#pragma once

#include "equations/forms.hpp"

namespace parapet {

/// Brusselator (Prigogine & Lefever 1968), u and v concentrations, dimensionless:
///   ∂u/∂t = D_u ∇²u + A − (B + 1) u + u² v,    ∂v/∂t = D_v ∇²v + B u − u² v
/// Steady state (A, B/A). It begins to oscillate at B = 1 + A², and to form patterns at
/// B = (1 + A √(D_u/D_v))² with k² = A/√(D_u D_v).
struct Brusselator {
  static constexpr std::string_view name = "brusselator";
  static constexpr std::string_view summary =
      "Brusselator, chemical clocks and Turing patterns: u_t = D_u lap(u) + A - (B + 1) u + u^2 v, "
      "v_t = D_v lap(v) + B u - u^2 v";
  static constexpr Components<2> components = {"u", "v"};
  static constexpr int degree = 3;

  Parameter D_u = {"diffusivity_u",
                   1.0,
                   "diffusivity of u",
                   "length²/time",
                   non_negative,
                   "Pena & Perez-Garcia 2001: 1",
                   "D_u"};
  Parameter D_v = {"diffusivity_v",
                   8.0,
                   "diffusivity of v",
                   "length²/time",
                   non_negative,
                   "Pena & Perez-Garcia 2001: 8",
                   "D_v"};
  Parameter A = {"A",      4.5,      "feed of u, and its steady value",
                 "1/time", positive, "Pena & Perez-Garcia 2001: 4.5",
                 "A"};
  Parameter B = {"B",      7.0,          "rate from u to v",
                 "1/time", non_negative, "chosen; patterns form above 6.71",
                 "B"};

  auto parameters() { return std::array{&D_u, &D_v, &A, &B}; }
  double diffusivity(int c) const { return c == 0 ? D_u : D_v; }

  template <class T>
  void reaction(const T* in, T* out) const {
    const T u = in[0], v = in[1];
    const T uuv = u * u * v;
    out[0] = A - (B + 1.0) * u + uuv;
    out[1] = B * u - uuv;
  }
};

}  // namespace parapet
