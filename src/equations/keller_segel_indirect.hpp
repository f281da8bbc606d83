#pragma once

#include <array>

#include "equations/process.hpp"

namespace parapet {

/// Keller & Segel (1970) with a signal that the cells make by way of a mediator (Tao & Winkler,
/// J. Eur. Math. Soc. 19 (2017) 3641; Laurençot, Discrete Contin. Dyn. Syst. B 24 (2019) 6419), in
/// a box without flux through its walls or round a torus:
///   ∂u/∂t = D ∇²u − χ ∇·(u ∇v),  ε ∂v/∂t = D_v ∇²v − a v + w,  ∂w/∂t = D_w ∇²w − b w + u
/// With A = −D_v ∇² + a, B = −D_w ∇² + b what never rises is
///   ∫ D u log u − χ u v + ½ χ (ε (∂v/∂t)² + A v · B v).
/// In the plane peaks grow for ever above a mass, at D_w = 0 exponentially, and do not collapse in
/// finite time as those do that make the signal themselves (`keller-segel-box`).
struct KellerSegelIndirect {
  static constexpr std::string_view name = "keller-segel-indirect";
  static constexpr std::string_view summary =
      "Keller-Segel with indirect signalling u_t = D lap(u) - chi div(u grad(v)), "
      "eps v_t = D_v lap(v) - a v + w, w_t = D_w lap(w) - b w + u";
  static constexpr Components<3> components = {"density", "signal", "mediator"};

  Parameter D = {"diffusivity",           1.0, "of the cells", "length²/time", positive,
                 "Tao & Winkler 2017: 1", "D"};
  Parameter chi = {
      "sensitivity",           1.0,  "to the signal", "length²/time/signal", non_negative,
      "Tao & Winkler 2017: 1", "chi"};
  Parameter epsilon = {"signal_time",
                       1.0,
                       "how long the signal takes to follow, over time; 0: it follows at once",
                       "",
                       non_negative,
                       "Laurençot 2019; Tao & Winkler 2017: 0",
                       "epsilon"};
  Parameter D_v = {"signal_diffusivity",    1.0,  "of the signal", "length²/time", positive,
                   "Tao & Winkler 2017: 1", "D_v"};
  Parameter a = {"signal_decay",      1.0, "of the signal", "1/time", positive,
                 "Laurençot 2019: 1", "a"};
  Parameter D_w = {"mediator_diffusivity",  0.0,  "of the mediator", "length²/time", non_negative,
                   "Tao & Winkler 2017: 0", "D_w"};
  Parameter b = {"mediator_decay",     1.0, "of the mediator", "1/time", non_negative,
                 "Tao & Winkler 2017", "b"};

  auto parameters() { return std::array{&D, &chi, &epsilon, &D_v, &a, &D_w, &b}; }
};

}  // namespace parapet
