#pragma once

#include "methods/graph/graph_reaction.hpp"

namespace parapet {

/// See make_graph_solver(): the integrators of ImplicitStepper, with ∂R/∂u by dual numbers and, as
/// preconditioner, a GraphPreconditioner a component with the reaction's own slope.
/// Results agree to `options.solve_tolerance` on any number of ranks.
std::unique_ptr<Solver> make_implicit_graph_solver(CellGrid& cells,
                                                   std::vector<PointReaction> reactions,
                                                   const StepControl& control,
                                                   const MethodOptions& options);

}  // namespace parapet
