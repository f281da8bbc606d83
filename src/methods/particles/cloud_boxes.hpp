#pragma once

#include <algorithm>
#include <span>

#include "grid/grid.hpp"
#include "particles/cloud_box.hpp"

namespace parapet {

/// A box of a grid's cells for clouds.
template <int d>
CloudBox<d> cloud_box(const Grid& grid, const Box& cells) {
  CloudBox<d> box;
  for (std::size_t a = 0; a < d; ++a) {
    const int axis = static_cast<int>(a);
    box.lower[a] = grid.lower[a], box.per_length[a] = 1.0 / grid.spacing(axis);
    box.first[a] = grid.first_point(axis);
    box.begin[a] = cells.offset[a], box.count[a] = cells.count[a];
  }
  return box;
}

/// Calls act(box) with the grid's number of axes as a constant.
template <class F>
void with_cloud_box(const Grid& grid, const Box& cells, F&& act) {
  if (grid.dimensions == 1) return act(cloud_box<1>(grid, cells));
  if (grid.dimensions == 2) return act(cloud_box<2>(grid, cells));
  act(cloud_box<3>(grid, cells));
}

template <std::size_t d, class T>
std::array<T, d> first_of(std::span<const T> all) {
  std::array<T, d> few;
  std::copy_n(all.begin(), d, few.begin());
  return few;
}

/// So many numbers has a cell of −∇Φ.
inline std::size_t slope_width(const Grid& grid) {
  return grid.dimensions == 3 ? 4 : static_cast<std::size_t>(grid.dimensions);
}

}  // namespace parapet
