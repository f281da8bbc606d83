#pragma once

#include <memory>
#include <vector>

#include "methods/cell_methods.hpp"

namespace parapet {

CellTraits density_traits(const AnyEquation& equation, int dimensions,
                          const MethodOptions& options);

/// The density of a process by finite volumes with exponentially fitted fluxes (see EdgeRates),
/// advanced by
///   backward-euler  (1 − dt G) u₊ = u: positive whatever the step, first order
///   sdirk2          two such stages with γ = 1 − 1/√2 (Alexander 1977), second order; where it
///                   would make something negative its fluxes are limited, see correct_fluxes()
///   ssprk3          explicit, third order (Shu & Osher 1988), positive up to `courant` 1
///   jko             in 1 D, of gradient flows: steps of Jordan, Kinderlehrer & Otto, see JkoFlow
/// What is solved for gives the fluxes, and these the new densities: mass is kept to rounding.
std::unique_ptr<Solver> make_density_solver(CellGrid& cells,
                                            const std::vector<AnyEquation>& equations,
                                            const StepControl& control,
                                            const MethodOptions& options);

}  // namespace parapet
