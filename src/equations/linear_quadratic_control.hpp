#pragma once

#include <cmath>

#include "equations/hamilton_jacobi.hpp"

namespace parapet {

/// Hamilton–Jacobi–Bellman equation of linear-quadratic control (Fleming & Soner 2006, sect. I.5):
/// the least expected cost u(x, t) of steering dX = (a X + b α) ds + σ dW from x when the time t is
/// left, at a running cost ½ q|X|² + ½ r|α|² and a final cost u(·, 0):
///   ∂u/∂t + b²/(2r) |∇u|² − a x·∇u − ½ q |x|² = ½ σ² ∇²u,   best control α = −(b/r) ∇u.
/// Exact from u₀ = ½ g |x|² in d dimensions: u = ½ P(t)|x|² + m(t) with the Riccati equation
///   P′ = q + 2 a P − (b²/r) P²,  P(0) = g;   m′ = ½ σ² d P,  m(0) = 0.
struct LinearQuadraticControl {
  static constexpr std::string_view name = "linear-quadratic-control";
  static constexpr std::string_view summary =
      "HJB of linear-quadratic control, t the time left: u_t + b^2/(2r) |grad u|^2 - a x.grad u - "
      "q|x|^2/2 = sigma^2/2 lap(u)";
  static constexpr Components<1> components = {"u"};

  Parameter a = {"drift", 0.0, "rate at which x grows by itself", "1/time", {}, "", "a"};
  Parameter b = {"gain", 1.0, "how strongly the control acts", "length/time/control", positive,
                 "",     "b"};
  Parameter q = {"state_cost", 1.0, "cost of |x|^2/2 a time", "u/length²/time", non_negative,
                 "",           "q"};
  Parameter r = {
      "control_cost", 1.0, "cost of |control|^2/2 a time", "u/control²/time", positive, "", "r"};
  Parameter sigma = {"noise", 0.0,    "strength of the noise", "length/time^½", non_negative,
                     "",      "sigma"};

  auto parameters() { return std::array{&a, &b, &q, &r, &sigma}; }
  double diffusivity() const { return 0.5 * sigma * sigma; }

  template <class T>
  T hamiltonian(const T* x, const T* p) const {
    const double control = 0.5 * b * b / r;
    T sum = control * (p[0] * p[0]) - (a.value * p[0] + 0.5 * q * x[0]) * x[0];
    for (int i = 1; i < 3; ++i) {
      sum = sum + control * (p[i] * p[i]) - (a.value * p[i] + 0.5 * q * x[i]) * x[i];
    }
    return sum;
  }
  double centre(const double* x, int axis) const { return a * r / (b * b) * x[axis]; }
  bool is_convex(const double*) const { return true; }
  double speed(const double* x, double p, int axis) const {
    return std::abs(b * b / r * p - a * x[axis]);
  }
};

static_assert(HamiltonJacobi<LinearQuadraticControl>);

}  // namespace parapet
