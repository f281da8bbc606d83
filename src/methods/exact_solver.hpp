#pragma once

#include <memory>
#include <vector>

#include "methods/spectral_solver.hpp"

namespace parapet {

/// A solver that takes members of one equation with a solution in closed form (HasLinearForm) to
/// each target at once, however far it is. The energy balance compares the energy of each state
/// with what the equation leaves of that of the state before. Quantities: the relative difference
/// between the mean square at the points and that of the modes (Parseval), and the energy, where
/// it is not ½⟨|u|²⟩.
std::unique_ptr<SpectralSolver> make_exact_solver(SpectralTransform& transform,
                                                  const std::vector<SpectralMember>& members);
SpectralFormTraits exact_traits(const AnyEquation& equation);

}  // namespace parapet
