#pragma once

#include <array>

#include "equations/particle_system.hpp"

namespace parapet {

/// Kuramoto's oscillators (1975), with noise (Sakaguchi 1988): phases θ_i, each with a natural
/// frequency ω_i,
///   dθ_i = (ω_i + K/N Σ_j sin(θ_j − θ_i)) dt + √(2D) dW_i,   r e^{iψ} = 1/N Σ_j e^{iθ_j}
/// The order parameter r leaves 0 at K_c: with Lorentzian frequencies of half-width γ at 2 (γ + D),
/// and without noise r∞ = √(1 − K_c/K), dr/dt = −γ r + ½ K r (1 − r²) from phases without
/// correlation with the frequencies (Ott & Antonsen 2008); with D = 0 at 2/(π g(ω̄)) whatever their
/// distribution g; identical ones with noise at 2D.
struct Kuramoto : SeenAsDensity {
  static constexpr std::string_view name = "kuramoto";
  static constexpr std::string_view summary =
      "Kuramoto oscillators: d theta = (omega + K r sin(psi - theta)) dt + sqrt(2D) dW, "
      "r exp(i psi) = <exp(i theta)>";
  static constexpr int dimensions = 1;
  static constexpr std::array<std::string_view, 4> forms = {"lorentzian", "gaussian", "uniform",
                                                            "identical"};
  static constexpr std::string_view forms_meaning =
      "distribution of the natural frequencies about their mean, of half-width, standard deviation "
      "or half the range `frequency_spread`";

  Parameter K = {"coupling", 2.0, "pull of the mean field", "1/time", {}, "Kuramoto 1975", "K"};
  Parameter omega = {"mean_frequency", 0.0, "middle of the natural frequencies", "1/time", {}, "",
                     "omega"};
  Parameter gamma = {"frequency_spread",
                     0.5,
                     "width of their distribution, see form",
                     "1/time",
                     non_negative,
                     "Ott & Antonsen 2008",
                     "gamma"};
  Parameter D = {"diffusivity",    0.0, "of the phases, by noise", "1/time", non_negative,
                 "Sakaguchi 1988", "D"};

  auto parameters() { return std::array{&K, &omega, &gamma, &D}; }
  static ParticleNumbers particle_numbers(int) { return {1, false, false, {"natural_frequency"}}; }
};

}  // namespace parapet
