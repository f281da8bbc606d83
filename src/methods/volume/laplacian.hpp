#pragma once

#include "grid/cell_grid.hpp"

namespace parapet {

/// to = a u + b L u at the cells, L the sum of sixth-order second differences along the axes; three
/// layers of ghosts of u are filled.
void add_laplacian(const CellGrid& cells, const double* u, double a, double b, double* to);

}  // namespace parapet
