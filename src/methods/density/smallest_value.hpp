#pragma once

#include "grid/cell_grid.hpp"

namespace parapet {

/// The least value at the cells of all ranks, of an array of the layout; −∞ where one is NaN, so
/// that whoever asks whether something is negative hears of it. Collective.
double smallest_value(const CellGrid& cells, const double* field);

}  // namespace parapet
