#pragma once

#include <array>

#include "equations/particle_system.hpp"

namespace parapet {

/// Particles of unit mass in a potential, with friction and noise (Langevin 1908), in one to three
/// dimensions, six of phase space:
///   dx = v dt,   dv = (−∇V(x) − γ v) dt + √(2γT) dW
/// Steady e^{−(|v|²/2 + V)/T}/Z. They start with velocities of temperature T. In one dimension
/// `underdamped-langevin` has the density of x and v too.
struct InertialLangevin : SeenAsDensity {
  static constexpr std::string_view name = "inertial-langevin";
  static constexpr std::string_view summary =
      "underdamped Langevin particles dx = v dt, dv = (-grad V - gamma v) dt + sqrt(2 gamma T) dW, "
      "V by a formula";

  FormulaParameter V = {"potential", {"x^2/2"}, "potential V", "velocity²", "", 1, false};
  Parameter gamma = {"friction",      1.0,    "friction; 0: energy is kept", "1/time", non_negative,
                     "Langevin 1908", "gamma"};
  Parameter T = {"temperature",
                 1.0,
                 "variance of a velocity's component at rest",
                 "velocity²",
                 positive,
                 "",
                 "T"};

  auto parameters() { return std::array{&gamma, &T}; }
  auto formulas() { return std::array{&V}; }
  static ParticleNumbers particle_numbers(int d) { return {d, true}; }
};

}  // namespace parapet
