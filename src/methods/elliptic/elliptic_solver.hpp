#pragma once

#include <memory>
#include <vector>

#include "methods/cell_methods.hpp"

namespace parapet {

CellTraits elliptic_traits(bool has_permeability);

/// −∇·(a ∇u) = f by finite volumes: cell averages, between two cells the harmonic mean of a, so
/// that the flux through a jump of a at a face is exact; second order. Solved by conjugate
/// gradients with multigrid, see ConductionSolver, to `options.solve_tolerance`. The components are
/// u, a (if it has one) and f; of a member's progress `steps` counts the iterations and
/// `error_estimate` is the relative residual. settle() throws a collective Failure(bad_input) where
/// a is not positive or f has a mean that nothing takes up, and Failure(blew_up) when the iteration
/// does not converge.
std::unique_ptr<Solver> make_elliptic_solver(CellGrid& cells, std::size_t members,
                                             bool has_permeability, const MethodOptions& options);

}  // namespace parapet
