#pragma once

#include "equations/forms.hpp"

namespace parapet {

/// Schnakenberg (1979; in the scaling of Murray, Mathematical Biology II, § 2.2), u the activator,
/// v what it consumes, dimensionless:
///   ∂u/∂t = D_u ∇²u + γ (a − u + u² v),    ∂v/∂t = D_v ∇²v + γ (b − u² v)
/// Steady state u = a + b, v = b/(a + b)².
struct Schnakenberg {
  static constexpr std::string_view name = "schnakenberg";
  static constexpr std::string_view summary =
      "Schnakenberg, the simplest Turing patterns: u_t = D_u lap(u) + gamma (a - u + u^2 v), "
      "v_t = D_v lap(v) + gamma (b - u^2 v)";
  static constexpr Components<2> components = {"u", "v"};
  static constexpr int degree = 3;

  Parameter D_u = {"diffusivity_u", 1.0,  "diffusivity of u", "length²/time", non_negative,
                   "Murray: 1",     "D_u"};
  Parameter D_v = {"diffusivity_v",
                   40.0,
                   "diffusivity of v",
                   "length²/time",
                   non_negative,
                   "chosen; Turing patterns need much more than D_u",
                   "D_v"};
  Parameter a = {"a", 0.1, "feed of u", "", non_negative, "Murray: 0.1", "a"};
  Parameter b = {"b", 0.9, "feed of v", "", positive, "Murray: 0.9", "b"};
  Parameter gamma = {"gamma",  1.0,    "speed of the reaction", "1/time", non_negative,
                     "chosen", "gamma"};

  auto parameters() { return std::array{&D_u, &D_v, &a, &b, &gamma}; }
  double diffusivity(int c) const { return c == 0 ? D_u : D_v; }

  template <class T>
  void reaction(const T* in, T* out) const {
    const T u = in[0], v = in[1];
    const T uuv = u * u * v;
    out[0] = gamma * (a - u + uuv);
    out[1] = gamma * (b - uuv);
  }
};

}  // namespace parapet
