#pragma once

#include <array>

#include "equations/process.hpp"

namespace parapet {

/// Porous medium (Barenblatt 1952, Vázquez 2007), a gas that seeps by its own pressure, perhaps
/// held together by a spring:
///   ∂ρ/∂t = D ∇²(ρ^m) + k ∇·(x ρ)
/// Gradient flow of ∫ D ρ^m/(m − 1) + ½ k |x|² ρ. Exact for k = 0 (Barenblatt): with unit D
///   ρ = t^{−α} (C − κ |x|² t^{−2α/d})₊^{1/(m−1)},  α = d/(d(m−1) + 2),  κ = α(m−1)/(2md):
/// what is empty stays so until the front arrives.
struct PorousMedium : OneDensity {
  static constexpr std::string_view name = "porous-medium";
  static constexpr std::string_view summary =
      "porous medium u_t = D lap(u^m) + k div(x u), spreading with a front";

  Parameter D = {
      "diffusivity",  1.0, "mobility over viscosity", "length²/time/density^(m-1)", non_negative,
      "Vázquez 2007", "D"};
  Parameter m = {"exponent", 2.0, "m", "", {1.001, 10.0}, "2: ground water (Boussinesq 1904)", "m"};
  Parameter k = {"stiffness", 0.0, "of the spring", "1/time", non_negative, "", "k"};

  auto parameters() { return std::array{&D, &m, &k}; }

  template <class T>
  T potential(const T* x, int d) const {
    T sum(0.0);
    for (int a = 0; a < d; ++a) sum = sum + 0.5 * k * x[a] * x[a];
    return sum;
  }
  Tensor diffusion(const double*, int) const { return isotropic(0.0); }
  PowerPressure pressure() const { return {D, m}; }
};

}  // namespace parapet
