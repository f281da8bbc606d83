#pragma once

#include <cmath>

#include "equations/hamilton_jacobi.hpp"

namespace parapet {

/// Eikonal equation of fronts that move along their normal (Osher & Sethian 1988):
///   ∂u/∂t + c |∇u| = s + ε ∇²u
/// With s = 0 every level of u is a front that advances with speed c, and where c > 0
///   u(x, t) = min u₀(y) over |x − y| ≤ c t   (Hopf–Lax);  where c < 0 the maximum.
/// With s = 1 and u = 0 at the ends u becomes the time a front takes from the nearest end to x.
struct Eikonal {
  static constexpr std::string_view name = "eikonal";
  static constexpr std::string_view summary =
      "eikonal: fronts that move along their normal, u_t + c |grad u| = s + eps lap(u)";
  static constexpr Components<1> components = {"u"};

  Parameter c = {"speed",
                 1.0,
                 "speed of the fronts; negative: they retreat",
                 "length/time",
                 {},
                 "Osher & Sethian 1988",
                 "c"};
  Parameter s = {"source", 0.0, "what u gains everywhere; 1: u becomes a travel time", "u/time", {},
                 "",       "s"};
  Parameter epsilon = {"viscosity", 0.0,  "diffusivity of u", "length²/time", non_negative,
                       "",          "eps"};

  auto parameters() { return std::array{&c, &s, &epsilon}; }
  double diffusivity() const { return epsilon; }

  template <class T>
  T hamiltonian(const T*, const T* p) const {
    using std::sqrt;
    return c.value * sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]) - s.value;
  }
  template <class T>
  double centre(const T*, int) const {
    return 0.0;
  }
  bool is_convex(const double*) const { return c.value >= 0.0; }
  double speed(const double*, double, int) const { return std::abs(c.value); }
};

static_assert(HamiltonJacobi<Eikonal>);

}  // namespace parapet
