#pragma once

#include "grid/cell_grid.hpp"

namespace parapet {

struct Extrema {
  double lowest, highest;
};

/// Of a field at all cells; NaN where one is. Collective.
Extrema extrema_of(const CellGrid& cells, const double* field);

/// The range that a smooth function through the values at the cells may have: their extrema, and
/// where one of those is smooth, an upper bound of how far the function may pass it between the
/// cells. Ghosts are filled. Collective.
Extrema range_between_cells(const CellGrid& cells, const double* field);

}  // namespace parapet
