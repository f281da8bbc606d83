#pragma once

#include <memory>
#include <vector>

#include "methods/cell_methods.hpp"
#include "methods/point_reaction.hpp"

namespace parapet {

CellTraits difference_traits(const PointReaction& reaction, int dimensions,
                             const MethodOptions& options);

/// Reaction–diffusion by central differences of second or fourth order, advanced by explicit
/// Runge–Kutta methods whose stages pass through memory together (StageSweep):
///   ssprk3  of third order, strong-stability-preserving (Shu & Osher 1988, eq. 2.18)
///   rk4     the classical one of fourth order (Kutta 1901)
///   euler   of first order; several steps pass through memory together
std::unique_ptr<Solver> make_difference_solver(CellGrid& cells,
                                               std::vector<PointReaction> reactions,
                                               const StepControl& control,
                                               const MethodOptions& options);

}  // namespace parapet
