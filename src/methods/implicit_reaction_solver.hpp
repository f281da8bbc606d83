#pragma once

#include <memory>
#include <vector>

#include "methods/cell_methods.hpp"
#include "methods/point_reaction.hpp"

namespace parapet {

CellTraits implicit_traits(const PointReaction& reaction, int dimensions,
                           const MethodOptions& options);

/// Reaction–diffusion by central differences of second or fourth order, advanced by one of the
/// implicit integrators of ImplicitStepper, for steps that diffusion or a stiff reaction would make
/// too long for explicit ones. ∂R/∂u comes from dual numbers, exact; linear systems are
/// preconditioned by a multigrid cycle a component for the differences of second order with the
/// reaction's own slope, see DiffusionMultigrid. Results agree to `options.solve_tolerance` on any
/// number of ranks.
std::unique_ptr<Solver> make_implicit_solver(CellGrid& cells, std::vector<PointReaction> reactions,
                                             const StepControl& control,
                                             const MethodOptions& options);

}  // namespace parapet
