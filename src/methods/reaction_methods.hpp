#pragma once

#include <memory>
#include <vector>

#include "methods/cell_methods.hpp"

namespace parapet {

/// "finite-difference" for equations of reaction–diffusion form: central differences of second or
/// fourth order, advanced by one of the integrators that `reaction_traits` names. An integrator
/// that is not among them counts as "auto".
CellTraits reaction_traits(const AnyEquation& equation, int dimensions,
                           const MethodOptions& options);
std::unique_ptr<Solver> make_reaction_solver(CellGrid& cells,
                                             const std::vector<AnyEquation>& members,
                                             const StepControl& control,
                                             const MethodOptions& options);

}  // namespace parapet
