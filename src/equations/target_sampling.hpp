#pragma once

#include <array>

#include "equations/particle_system.hpp"

namespace parapet {

/// Particles that come to sample a density π ∝ e^{−U}. By Stein variational gradient descent (Liu
/// & Wang 2016; as an interacting system Lu, Lu & Nolen 2019), without noise:
///   dx_i/dt = 1/N Σ_j [−k(x_i, x_j) ∇U(x_j) + ∇_{x_j} k(x_i, x_j)],   k = e^{−|x − y|²/h}
/// or by Langevin's dynamics, each for itself: dX = −∇U dt + √2 dW. U is a formula of x, y, z, or
/// that of Bayesian logistic regression on a table (labels y = 0 or 1, features a; positions are
/// the coefficients w, as many as there are features):
///   U = Σ_n log(1 + e^{−(2 y_n − 1) a_n·w}) + ½ p |w|²
/// Coefficients that are no axis of the grid start as normal numbers of the prior's variance 1/p,
/// or 1 where p = 0.
struct TargetSampling : SeenAsDensity {
  static constexpr std::string_view name = "target-sampling";
  static constexpr std::string_view summary =
      "sampling of exp(-U): Stein variational gradient descent, or Langevin; U by a formula or "
      "logistic regression";
  static constexpr std::array<std::string_view, 2> forms = {"formula", "logistic-regression"};
  static constexpr std::string_view forms_meaning =
      "formula: U is `potential`; logistic-regression: of the table [particles] table";

  FormulaParameter U = {"potential", {"x^2/2"}, "minus the logarithm of the target", "1", "",
                        1,           false};
  Parameter h = {"bandwidth",
                 0.0,
                 "h of the kernel; 0: med²/log(N + 1) at each step, med² the mean squared distance "
                 "of two particles",
                 "length²",
                 non_negative,
                 "Liu & Wang 2016",
                 "h"};
  Parameter p = {"precision", 1.0, "of the coefficients' prior", "1/length²", non_negative,
                 "",          "p"};

  int coefficients = 0;  ///< how many features the table has; 0: U is a formula

  auto parameters() { return std::array{&h, &p}; }
  auto formulas() { return std::array{&U}; }
  ParticleNumbers particle_numbers(int d) const { return {coefficients > d ? coefficients : d}; }
};

}  // namespace parapet
