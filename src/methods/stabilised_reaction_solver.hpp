#pragma once

#include <memory>
#include <vector>

#include "methods/cell_methods.hpp"
#include "methods/point_reaction.hpp"

namespace parapet {

CellTraits stabilised_traits(const PointReaction& reaction, int dimensions,
                             const MethodOptions& options);

/// Reaction–diffusion by central differences, advanced by the Runge–Kutta–Chebyshev method ("rkc",
/// see chebyshev_stages): explicit, second order, with as many stages as dt times the largest
/// eigenvalue of diffusion and reaction needs. Steps are fixed, or chosen so that the error
/// estimate
///   1/15 [12 (u − u₊) + 6 dt (F(u) + F(u₊))]      (Sommeijer, Shampine & Verwer 1997, eq. 2.9)
/// in L2, relative to u₊, stays below the tolerance.
std::unique_ptr<Solver> make_stabilised_solver(CellGrid& cells,
                                               std::vector<PointReaction> reactions,
                                               const StepControl& control,
                                               const MethodOptions& options);

}  // namespace parapet
