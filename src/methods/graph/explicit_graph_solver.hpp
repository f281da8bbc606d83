#pragma once

#include "methods/graph/graph_reaction.hpp"

namespace parapet {

/// See make_graph_solver(): the explicit integrators.
std::unique_ptr<Solver> make_explicit_graph_solver(CellGrid& cells,
                                                   std::vector<PointReaction> reactions,
                                                   const StepControl& control,
                                                   const MethodOptions& options);

}  // namespace parapet
