#pragma once

#include <span>

#include "methods/density/edge_rates.hpp"

namespace parapet {

/// The fluxes of one step: Σ weight · F(stage), of a scheme with the rates F.
struct StageFlux {
  double weight;
  double* stage;  ///< its ghosts are filled
};

/// result = u + τ Σ weight · G(stage): what a step does to u, by fluxes, so that no mass is lost.
void add_fluxes(const EdgeRates& rates, const double* u, double tau,
                std::span<const StageFlux> stages, double* result);

/// Flux-corrected transport (Boris & Book 1973, Zalesak 1979), for positivity alone: `low` is what
/// a positive scheme with the fluxes `low_stages` has made of u. To it the difference of the better
/// scheme's fluxes from them is added, each as far as it leaves nothing negative in the cell it
/// comes from. Mass goes from cell to cell; `scratch` is an array of the layout. Collective.
void correct_fluxes(const EdgeRates& high_rates, std::span<const StageFlux> high_stages,
                    const EdgeRates& low_rates, std::span<const StageFlux> low_stages, double tau,
                    double* low, double* scratch);

}  // namespace parapet
