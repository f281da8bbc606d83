#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "methods/density/density_base.hpp"

namespace parapet {

/// Its name as [method] integrator.
inline constexpr std::string_view jko_integrator = "jko";

/// Gradient flows on the line by JkoFlow. At the start the cells' edges are those between which the
/// density has the cells' masses, and from then on they move: they and the masses are the state,
/// the density on cells follows from them, see cell_masses(). The first rank does the work for all.
std::unique_ptr<Solver> make_jko_solver(CellGrid& cells, std::vector<DensityProcess> processes,
                                        const StepControl& control, const MethodOptions& options);

}  // namespace parapet
