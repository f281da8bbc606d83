#pragma once

#include <array>
#include <cstddef>

#include "grid/cell_grid.hpp"

namespace parapet {

/// D ∇² by central differences of radius 1 (second order) or 2 (fourth order).
class LinearDiffusion {
 public:
  LinearDiffusion(const CellGrid& cells, int radius, double diffusivity);

  /// to[i] = sum of D ∇²u at the cells of a row that begins at u; u has ghosts. Local.
  void along_row(const double* u, std::size_t count, double* to) const;

 private:
  template <int axes, int radius>
  void add_up(const double* u, std::size_t count, double* to) const;

  int axes_, radius_;
  std::array<std::ptrdiff_t, 3> stride_{};
  std::array<std::array<double, 3>, 3> weights_{};  ///< of an axis: at distance 0, 1, 2
};

}  // namespace parapet
