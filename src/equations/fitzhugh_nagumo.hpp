#pragma once

#include "equations/forms.hpp"

namespace parapet {

/// FitzHugh–Nagumo (FitzHugh 1961; Nagumo, Arimoto & Yoshizawa 1962), u the fast activator (the
/// voltage of a nerve), v the slow recovery, dimensionless:
///   ∂u/∂t = D_u ∇²u + u − γ u³ − v + I,    ∂v/∂t = D_v ∇²v + ε (u + a − b v)
/// PDEBench's 2-D reaction–diffusion is γ = 1, ε = 1, a = 0, b = 1, I = −5e-3, D_u = 1e-3,
/// D_v = 5e-3.
struct FitzHughNagumo {
  static constexpr std::string_view name = "fitzhugh-nagumo";
  static constexpr std::string_view summary =
      "FitzHugh-Nagumo, pulses and spirals in excitable media: "
      "u_t = D_u lap(u) + u - gamma u^3 - v + I, v_t = D_v lap(v) + eps (u + a - b v)";
  static constexpr Components<2> components = {"u", "v"};
  static constexpr int degree = 3;

  Parameter D_u = {"diffusivity_u",
                   1e-3,
                   "diffusivity of u",
                   "length²/time",
                   non_negative,
                   "PDEBench (Takamoto et al. 2022): 1e-3",
                   "D_u"};
  Parameter D_v = {"diffusivity_v",
                   5e-3,
                   "diffusivity of v",
                   "length²/time",
                   non_negative,
                   "PDEBench: 5e-3; 0 in a nerve",
                   "D_v"};
  Parameter gamma = {"cubic", 1.0,          "strength of the cubic term",
                     "",      non_negative, "PDEBench: 1; FitzHugh 1961: 1/3",
                     "gamma"};
  Parameter I = {
      "current", -5e-3, "what drives u from outside", "1/time", {}, "PDEBench: -k = -5e-3", "I"};
  Parameter epsilon = {"recovery_rate",
                       1.0,
                       "rate of v over that of u",
                       "1/time",
                       non_negative,
                       "PDEBench: 1; FitzHugh 1961: 0.08",
                       "eps"};
  Parameter a = {
      "offset", 0.0, "shift of u in v's equation", "", {}, "PDEBench: 0; FitzHugh 1961: 0.7", "a"};
  Parameter b = {"damping", 1.0, "decay of v", "", {}, "PDEBench: 1; FitzHugh 1961: 0.8", "b"};

  auto parameters() { return std::array{&D_u, &D_v, &gamma, &I, &epsilon, &a, &b}; }
  double diffusivity(int c) const { return c == 0 ? D_u : D_v; }

  template <class T>
  void reaction(const T* in, T* out) const {
    const T u = in[0], v = in[1];
    out[0] = u - gamma * u * u * u - v + I;
    out[1] = epsilon * (u + a - b * v);
  }
};

}  // namespace parapet
