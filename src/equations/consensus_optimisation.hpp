#pragma once

#include <array>

#include "equations/particle_system.hpp"

namespace parapet {

/// Consensus-based optimisation (Pinnau, Totzeck, Tse & Martin 2017), with noise along each axis
/// for itself (Carrillo, Jin, Li & Zhu 2021): particles are drawn to a mean that weighs low values
/// of an objective f,
///   dx_i = −λ (x_i − m) dt + σ Σ_c (x_i − m)_c dW_{i,c} e_c,   m = Σ_j x_j e^{−α f(x_j)} / Σ_j
///   e^{−α f(x_j)}
/// The mean square distance from m falls where 2 λ > σ². Objectives of z = x − x*, in n dimensions,
/// 0 at the minimum z = 0:
///   rastrigin   10 n + Σ z_c² − 10 cos 2πz_c
///   ackley      20 + e − 20 e^{−0.2 √(Σ z_c²/n)} − e^{Σ cos(2πz_c)/n}
///   griewank    1 + Σ z_c²/4000 − Π cos(z_c/√c)
///   rosenbrock  Σ 100 (y_{c+1} − y_c²)² + (1 − y_c)², y = z + 1, n ≥ 2
///   sphere      Σ z_c²
/// Coordinates beyond those of the grid start uniformly over the range of its last axis.
struct ConsensusOptimisation : SeenAsDensity {
  static constexpr std::string_view name = "consensus-optimisation";
  static constexpr std::string_view summary =
      "consensus-based optimisation: dx = -lambda (x - m) dt + sigma diag(x - m) dW, m the mean "
      "weighted with exp(-alpha f)";
  static constexpr std::array<std::string_view, 5> forms = {"rastrigin", "ackley", "griewank",
                                                            "rosenbrock", "sphere"};
  static constexpr std::string_view forms_meaning = "the objective f";

  Parameter n = {
      "dimension", 2.0, "n, a whole number: coordinates of a particle", "1", {1.0, 100.0}, "", "n"};
  Parameter lambda = {"drift",  1.0,      "pull towards the consensus",
                      "1/time", positive, "Pinnau et al. 2017",
                      "lambda"};
  Parameter sigma = {"noise",    1.0,          "strength of the exploration",
                     "1/time^½", non_negative, "Carrillo et al. 2021",
                     "sigma"};
  Parameter alpha = {"sharpness", 50.0,     "inverse temperature of the weights",
                     "1/f",       positive, "Pinnau et al. 2017",
                     "alpha"};
  Parameter shift = {"minimiser", 0.0,    "every coordinate of the minimum x*", "length", {},
                     "",          "shift"};

  auto parameters() { return std::array{&n, &lambda, &sigma, &alpha, &shift}; }
  ParticleNumbers particle_numbers(int d) const {
    const int wanted = static_cast<int>(n.value);
    return {wanted < d ? d : wanted};
  }
};

}  // namespace parapet
