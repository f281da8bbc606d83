#pragma once

#include <cmath>

#include "equations/forms.hpp"

namespace parapet {

/// Fisher–KPP (Fisher 1937; Kolmogorov, Petrovsky & Piskunov 1937), u a population over what its
/// habitat carries:
///   ∂u/∂t = D ∇²u + r u (1 − u)
/// Fronts of any speed ≥ 2√(D r) move into u = 0. Exact one of speed 5√(D r/6) (Ablowitz &
/// Zeppetella 1979): u = [1 + exp((x − c t)/w)]⁻², w = √(6 D/r).
/// PDEBench's 1-D reaction–diffusion is this with D = ν and r = ρ.
struct FisherKpp {
  static constexpr std::string_view name = "fisher-kpp";
  static constexpr std::string_view summary =
      "Fisher-KPP, a population spreading and growing: u_t = D lap(u) + r u (1 - u)";
  static constexpr Components<1> components = {"u"};
  static constexpr int degree = 2;

  Parameter D = {"diffusivity",
                 1.0,
                 "diffusivity of u",
                 "length²/time",
                 non_negative,
                 "PDEBench (Takamoto et al. 2022): nu = 0.5, 1, 2, 5",
                 "D"};
  Parameter r = {"growth_rate",
                 1.0,
                 "growth rate where u is small",
                 "1/time",
                 {},
                 "PDEBench: rho = 1, 2, 5, 10",
                 "r"};

  auto parameters() { return std::array{&D, &r}; }
  double diffusivity(int) const { return D; }

  template <class T>
  void reaction(const T* u, T* out) const {
    out[0] = r * u[0] * (1.0 - u[0]);
  }
  template <class T>
  T potential(const T* u) const {
    return r * u[0] * u[0] * (u[0] / 3.0 - 0.5);
  }

  double front_speed() const { return 5.0 * std::sqrt(D * r / 6.0); }
  double front_width() const { return std::sqrt(6.0 * D / r); }
  double front(double x, double t) const {
    return std::pow(1.0 + std::exp((x - front_speed() * t) / front_width()), -2.0);
  }
};

}  // namespace parapet
