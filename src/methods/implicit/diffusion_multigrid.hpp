#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "methods/elliptic/conduction_multigrid.hpp"
#include "methods/implicit/diffusion_level.hpp"

namespace parapet {

/// Multigrid for (m − D ∇²) u = f with a constant D > 0 and a mass m > 0 of every cell, by
/// second-order differences between ends without flux or with the value 0. As long as cells can be
/// joined by two along all axes, levels are those of DiffusionLevel: the mean of the residual goes
/// down, linear interpolation up. The coarsest of them, and grids that cannot be joined so, are
/// left to ConductionMultigrid.
class DiffusionMultigrid {
 public:
  static constexpr int ghosts = ConductionMultigrid::ghosts;

  /// Keeps a reference to `finest`, which has that many layers of ghosts, and corners. Collective.
  explicit DiffusionMultigrid(CellGrid& finest);

  /// Collective.
  void set_diffusivity(double diffusivity);
  /// An array of the finest grid's layout, nowhere smaller than `least` > 0; after
  /// set_diffusivity(). Collective.
  void set_mass(const double* mass, double least);
  /// u ≈ (m − D ∇²)⁻¹ f by one cycle from u = 0, linear in f; both of this rank's cells without
  /// ghosts or gaps. Collective.
  void cycle(const double* f, double* u);

  std::size_t memory_bytes() const;

 private:
  CellGrid& grid(std::size_t level) { return level == 0 ? finest_ : *coarse_[level - 1]; }
  void correct(std::size_t level, const BlockValues<const double>& f);

  CellGrid& finest_;
  double diffusivity_ = 0.0;
  std::vector<std::unique_ptr<CellGrid>> coarse_;  ///< one for each of levels_
  std::vector<DiffusionLevel> levels_;
  std::unique_ptr<ConductionMultigrid> rest_;  ///< on the last grid
  DiffusionLevel::Field f_, u_;                ///< there
};

}  // namespace parapet
