#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "grid/cell_grid.hpp"
#include "methods/volume/vectors.hpp"

namespace parapet {

/// The axes of a grid as sweeps go over its cells: outer, middle and, contiguous, that of rows. In
/// two dimensions there is no outer one, on a line only rows.
struct SweepAxes {
  struct Axis {
    int axis = 0;  ///< of the grid
    bool is_used = false;
    std::ptrdiff_t stride = 0;
    double inverse_spacing = 0.0;
  };
  std::array<Axis, 3> all;

  explicit SweepAxes(const CellGrid& cells);
};

/// Cells of a block along the axes of a sweep.
struct SweepBox {
  std::array<std::ptrdiff_t, 3> begin{0, 0, 0}, count{1, 1, 1};
};

/// A block, divided into the boxes that need no ghosts from other ranks and those that do.
struct SweepBoxes {
  std::vector<SweepBox> interior, rim;

  /// A cell's rate needs the cells up to `reach` away. Boxes are cut so small that a layer of
  /// `cached` values a cell stays in a core's own cache from one outer layer to the next.
  SweepBoxes(const CellGrid& cells, std::ptrdiff_t reach, std::ptrdiff_t cached);

  /// The longest row, and the most cells of an outer layer, rows rounded up to whole registers.
  std::ptrdiff_t longest_row() const;
  std::ptrdiff_t largest_layer() const;
};

/// Half the largest eigenvalue of −∂² by sixth-order differences, times h²: what viscosity adds to
/// the rate that limits a step.
inline constexpr double half_of_largest_viscous_rate = 49.0 / 18.0 + 5.0 / 18.0 + 1.0 / 45.0;

/// The speed by which Godunov's flux of a quadratic or linear law damps a jump: that of the shock;
/// and where the speeds about it change sign, which may be a rarefaction, up to the fastest.
template <class V>
PARAPET_INLINE V godunov_speed(V of_shock, V highest, V lowest, V fastest) {
  const V reversal = larger(smaller(highest, -lowest), V{});
  return smaller(fastest, of_shock + 2.0 * reversal);
}

/// A stage of a Runge–Kutta method: out = keep · start + take · u + step · rate(u).
struct StageWeights {
  double keep, take, step;
};

}  // namespace parapet
