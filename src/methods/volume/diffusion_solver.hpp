#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "grid/cell_grid.hpp"

namespace parapet {

/// How the ghosts of a field follow at each end of each axis.
using EndRules = std::array<std::array<GhostRule, 2>, 3>;

/// Solves (1 − c L) v = f, L the sum of sixth-order second differences, whose ghosts follow from
/// v by the rules of the ends: a mirror image with equal or opposite sign, and a constant. The
/// result has the same bits on any number of ranks.
class DiffusionSolver {
 public:
  virtual ~DiffusionSolver() = default;

  /// `v` holds f and becomes the solution; c > 0. `ends` are those of the beginning but for the
  /// constants. NaN stays NaN. Collective.
  virtual void solve(double c, const EndRules& ends, double* v) = 0;
  virtual std::size_t memory_bytes() const = 0;
};

/// Where all axes are periodic or go on as their own mirror image: by Fourier modes or cosines, of
/// which L makes multiples, exactly. Elsewhere by conjugate gradients, preconditioned with one
/// cycle of ConductionMultigrid for second-order differences, from which L differs by a factor of
/// 1 to 68/45, until the residual is `tolerance` of that of v = f. Keeps a reference to `cells`.
/// Collective.
std::unique_ptr<DiffusionSolver> make_diffusion_solver(CellGrid& cells, const EndRules& ends,
                                                       double tolerance);

/// How many explicit steps a step with four such solutions costs, as measured.
double price_of_diffusion(const CellGrid& cells, const EndRules& ends);

}  // namespace parapet
