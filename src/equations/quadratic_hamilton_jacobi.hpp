#pragma once

#include <cmath>

#include "equations/hamilton_jacobi.hpp"

namespace parapet {

/// Hamilton–Jacobi with the Hamiltonian of free motion (Hopf 1950; Lax 1957):
///   ∂u/∂t + ½ |∇u|² = ε ∇²u
/// Its gradient solves vector Burgers of viscosity ε. Exact for ε = 0:
///   u(x, t) = min over y of u₀(y) + |x − y|²/2t   (Hopf–Lax),
/// for ε > 0: u = −2ε log φ with φ_t = ε ∇²φ (Cole–Hopf).
struct QuadraticHamiltonJacobi {
  static constexpr std::string_view name = "hamilton-jacobi";
  static constexpr std::string_view summary =
      "Hamilton-Jacobi of free motion, the potential of Burgers: u_t + |grad u|^2/2 = eps lap(u)";
  static constexpr Components<1> components = {"u"};

  Parameter epsilon = {"viscosity", 0.0,  "diffusivity of u", "length²/time", non_negative,
                       "",          "eps"};

  auto parameters() { return std::array{&epsilon}; }
  double diffusivity() const { return epsilon; }

  template <class T>
  T hamiltonian(const T*, const T* p) const {
    return 0.5 * (p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
  }
  double centre(const double*, int) const { return 0.0; }
  bool is_convex(const double*) const { return true; }
  double speed(const double*, double p, int) const { return std::abs(p); }
};

static_assert(HamiltonJacobi<QuadraticHamiltonJacobi>);

}  // namespace parapet
