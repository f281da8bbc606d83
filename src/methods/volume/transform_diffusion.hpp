#pragma once

#include <vector>

#include "grid/spectral_transform.hpp"
#include "methods/volume/diffusion_solver.hpp"

namespace parapet {

/// By modes, see make_diffusion_solver().
class TransformDiffusion final : public DiffusionSolver {
 public:
  explicit TransformDiffusion(CellGrid& cells);

  void solve(double c, const EndRules& ends, double* v) override;
  std::size_t memory_bytes() const override;

 private:
  CellGrid& cells_;
  SpectralTransform transform_;
  bool is_in_place_;                 ///< blocks are the transform's on every rank
  std::vector<double> eigenvalues_;  ///< of −L, of this rank's modes
  std::vector<Complex> modes_;
  std::vector<double> block_, points_;
};

}  // namespace parapet
