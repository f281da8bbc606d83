#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "grid/cell_grid.hpp"

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

/// A stage of a Runge–Kutta method: out = keep · start + take · u + step · rate(u).
struct StageWeights {
  double keep, take, step;
};

}  // namespace parapet
