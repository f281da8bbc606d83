#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "grid/cell_grid.hpp"
#include "methods/density/density_process.hpp"

namespace parapet {

/// Evaluates functions of a process along rows of cells, or of points between them.
class RowSampler {
 public:
  using Shift = std::array<double, 3>;  ///< from the cells' centres, in cells

  RowSampler(const CellGrid& cells, double time) : cells_(cells), time_(time) {}

  /// The row that begins at a cell of the block, by its indices in it.
  void move_to(std::int64_t i, std::int64_t j, std::int64_t k) { first_ = {i, j, k}; }
  std::size_t length() const { return static_cast<std::size_t>(cells_.layout().row_length()); }

  /// `count` outputs at the points of the row, one array each; zeros where there is no function.
  /// Whole shifts go round periodic axes: a function on such an axis has one value a cell.
  std::vector<std::vector<double>> sample(const PointFunction& function, std::size_t count,
                                          const Shift& shift);

  /// The coordinates of a point of the row, for messages.
  std::array<double, 3> place(std::size_t along, const Shift& shift) const;

 private:
  const CellGrid& cells_;
  double time_;
  std::array<std::int64_t, 3> first_{0, 0, 0};
};

}  // namespace parapet
