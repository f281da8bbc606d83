#pragma once

#include "methods/elliptic/conduction_solver.hpp"
#include "methods/volume/diffusion_solver.hpp"

namespace parapet {

/// By conjugate gradients, see make_diffusion_solver().
class GridDiffusion final : public DiffusionSolver {
 public:
  GridDiffusion(CellGrid& cells, const EndRules& ends, double tolerance);

  /// Throws a collective Failure(blew_up) when the iteration does not converge.
  void solve(double c, const EndRules& ends, double* v) override;
  std::size_t memory_bytes() const override;

 private:
  using Field = ConductionLevel::Field;

  void fill(double* field, const EndRules& ends);
  void set_share(double c);
  /// d with (1 − c L) d = r_ and ghosts without constants, from d = 0; r_ becomes what is left.
  void iterate(double c, double* d, double goal);

  CellGrid& cells_;
  EndRules closed_ends_;  ///< without constants
  double tolerance_;
  CellGrid network_cells_;  ///< of the same layout, with ends that conduct or do not
  ConductionMultigrid multigrid_;
  double share_ = 0.0;  ///< c of the network
  Field d_, r_, z_, p_, q_;
};

}  // namespace parapet
