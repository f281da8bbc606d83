#include "grid/cell_layout.hpp"

#include <algorithm>

namespace parapet {

CellLayout::CellLayout(const Grid& grid, const Box& cells, int ghost_layers)
    : block(cells), row_axis(grid.dimensions - 1) {
  if (cells.size() == 0) return;
  constexpr auto line = static_cast<std::ptrdiff_t>(64 / sizeof(double));
  const auto whole_lines = [](std::int64_t count) { return (count + line - 1) / line * line; };
  std::ptrdiff_t extent = 1;
  for (int a = row_axis; a >= 0; --a) {
    const auto axis = static_cast<std::size_t>(a);
    ghosts[axis] = ghost_layers;
    stride[axis] = extent;
    const bool is_row = a == row_axis;
    const std::int64_t before = is_row ? whole_lines(ghost_layers) : ghost_layers;
    origin += before * extent;
    const std::int64_t all = before + cells.count[axis] + ghost_layers;
    extent *= is_row ? whole_lines(all) : all;
  }
  size = static_cast<std::size_t>(extent + 2 * line);
}

void copy_cells(const CellLayout& layout, const double* from, double* to) {
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    to = std::copy_n(from + row, layout.row_length(), to);
  });
}

void set_cells(const CellLayout& layout, const double* from, double* to) {
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    std::copy_n(from, layout.row_length(), to + row);
    from += layout.row_length();
  });
}

}  // namespace parapet
