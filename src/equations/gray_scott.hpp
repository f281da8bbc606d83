#pragma once

#include "equations/forms.hpp"

namespace parapet {

/// Gray–Scott (Gray & Scott 1983; Pearson 1993, eq. 2), u and v concentrations, dimensionless:
///   ∂u/∂t = D_u ∇²u − u v² + F (1 − u),    ∂v/∂t = D_v ∇²v + u v² − (F + k) v
/// u feeds v, which makes more of itself (U + 2V → 3V) and decays. (1, 0) is always stable:
/// patterns need a finite push.
struct GrayScott {
  static constexpr std::string_view name = "gray-scott";
  static constexpr std::string_view summary =
      "Gray-Scott, spots, mazes and waves of two chemicals: u_t = D_u lap(u) - u v^2 + F (1 - u), "
      "v_t = D_v lap(v) + u v^2 - (F + k) v";
  static constexpr Components<2> components = {"u", "v"};
  static constexpr int degree = 3;

  Parameter D_u = {"diffusivity_u",
                   2e-5,
                   "diffusivity of u",
                   "length²/time",
                   non_negative,
                   "Pearson 1993 and The Well: 2e-5",
                   "D_u"};
  Parameter D_v = {"diffusivity_v",
                   1e-5,
                   "diffusivity of v",
                   "length²/time",
                   non_negative,
                   "Pearson 1993 and The Well: 1e-5",
                   "D_v"};
  Parameter F = {"feed_rate", 0.03,         "rate at which u is fed and both are washed out",
                 "1/time",    non_negative, "The Well, spots: 0.03",
                 "F"};
  Parameter k = {"kill_rate", 0.062,        "rate at which v decays",
                 "1/time",    non_negative, "The Well, spots: 0.062",
                 "k"};

  auto parameters() { return std::array{&D_u, &D_v, &F, &k}; }
  double diffusivity(int c) const { return c == 0 ? D_u : D_v; }

  template <class T>
  void reaction(const T* in, T* out) const {
    const T u = in[0], v = in[1];
    const T uvv = u * v * v;
    out[0] = F * (1.0 - u) - uvv;
    out[1] = uvv - (F + k) * v;
  }
};

}  // namespace parapet
