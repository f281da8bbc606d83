#pragma once

#include <memory>
#include <vector>

#include "methods/cell_methods.hpp"

namespace parapet {

CellTraits indirect_traits(int dimensions, const MethodOptions& options);

/// KellerSegelIndirect: half a step of signal and mediator, exactly (IndirectSignal), a step of the
/// density in that signal by the steps of make_density_solver(), and the other half (Strang 1968).
/// Second order with those of "sdirk2" and "ssprk3". Mass is kept to rounding, nothing becomes
/// negative, and the integrals of v and w follow their equations to rounding.
std::unique_ptr<Solver> make_indirect_solver(CellGrid& cells,
                                             const std::vector<AnyEquation>& equations,
                                             const StepControl& control,
                                             const MethodOptions& options);

}  // namespace parapet
