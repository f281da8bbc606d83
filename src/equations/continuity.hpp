#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "equations/forms.hpp"

namespace parapet {

/// A density in a given velocity:  f_a = v_a ρ.
struct ContinuityLaw {
  static constexpr bool is_carried = true, keeps_range = false;
  static constexpr bool has_walls(int) { return true; }

  double viscosity;

  template <class T>
  T flux(int, T rho, T v) const {
    return v * rho;
  }
  template <class T>
  T speed(int, T, T v) const {
    return v;
  }
};

/// Continuity equation of a density in a velocity that is given as formulas or, steady, by a file
/// (Euler 1757):
///   ∂ρ/∂t + ∇·(v ρ) = D ∇²ρ
/// Mass is conserved and no density becomes negative. Without divergence and diffusion ρ is
/// constant along the paths of v.
struct Continuity {
  static constexpr std::string_view name = "continuity";
  static constexpr std::string_view summary =
      "a density in a given velocity: rho_t + div(v rho) = D lap(rho)";
  static constexpr Components<1> components = {"density"};

  Parameter D = {"diffusivity", 0.0, "diffusivity of the density", "length²/time", non_negative,
                 "chosen",      "D"};
  FormulaParameter velocity = {"velocity",
                               {},
                               "the velocity v, one formula an axis",
                               "length/time",
                               "swirl: LeVeque (1996)"};

  auto parameters() { return std::array{&D}; }
  auto formulas() { return std::array{&velocity}; }

  ContinuityLaw conservation_law() const { return {D}; }
};

static_assert(ConservationLaw<ContinuityLaw>);

}  // namespace parapet
