#pragma once

#include <cstdint>
#include <vector>

#include "grid/grid.hpp"

namespace parapet {

/// As many dimensions as there are numbers of points, each axis of the same length.
inline Grid box_grid(const std::vector<std::int64_t>& points, double length = 1.0) {
  Grid grid;
  grid.dimensions = static_cast<int>(points.size());
  for (std::size_t a = 0; a < points.size(); ++a) {
    grid.points[a] = points[a];
    grid.length[a] = length;
  }
  return grid;
}

}  // namespace parapet
