#pragma once

#include <memory>
#include <vector>

#include "methods/cell_methods.hpp"

namespace parapet {

/// Of an equation that is a conservation law, or carries itself.
CellTraits volume_traits(const AnyEquation& equation, std::string_view form, int dimensions,
                         const MethodOptions& options);

/// Conservation laws by fluxes through the faces of cells, see README.md. Collective.
std::unique_ptr<Solver> make_volume_solver(CellGrid& cells, const std::vector<AnyEquation>& members,
                                           std::string_view form, const StepControl& control,
                                           const MethodOptions& options);

}  // namespace parapet
