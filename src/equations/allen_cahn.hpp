#pragma once

#include <cmath>

#include "equations/forms.hpp"

namespace parapet {

/// Allen–Cahn (Allen & Cahn 1979, eq. 11), u an order parameter with the phases ±1:
///   ∂u/∂t = D ∇²u + r (u − u³)
/// Gradient flow of ⟨½ D |∇u|² + ¼ r (1 − u²)²⟩, which never rises. Exact standing wall:
/// u = tanh(x/w), w = √(2 D/r); curved walls move by D times their curvature.
struct AllenCahn {
  static constexpr std::string_view name = "allen-cahn";
  static constexpr std::string_view summary =
      "Allen-Cahn, two phases and the walls between them: u_t = D lap(u) + r (u - u^3)";
  static constexpr Components<1> components = {"u"};
  static constexpr int degree = 3;

  Parameter D = {"diffusivity",
                 1e-4,
                 "diffusivity of u",
                 "length²/time",
                 non_negative,
                 "Raissi, Perdikaris & Karniadakis 2019: 1e-4",
                 "D"};
  Parameter r = {"rate",   5.0,          "speed of the separation",
                 "1/time", non_negative, "Raissi, Perdikaris & Karniadakis 2019: 5",
                 "r"};

  auto parameters() { return std::array{&D, &r}; }
  double diffusivity(int) const { return D; }

  template <class T>
  void reaction(const T* u, T* out) const {
    out[0] = r * u[0] * (1.0 - u[0] * u[0]);
  }
  template <class T>
  T potential(const T* u) const {
    const T depth = 1.0 - u[0] * u[0];
    return 0.25 * r * depth * depth;
  }

  double wall_width() const { return std::sqrt(2.0 * D / r); }
};

}  // namespace parapet
