#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "grid/aligned_array.hpp"
#include "grid/grid.hpp"

namespace parapet {

/// How the values of one field lie in this rank's memory: its block of cells with layers of ghost
/// cells around it along the used axes. The last used axis is contiguous, a *row*; rows begin on a
/// cache line and are padded to whole ones, with two lines to spare behind the last, so that loops
/// over whole registers may read past a row. Indices are relative to the block's first cell, ghosts
/// have negative ones or such beyond the block.
struct CellLayout {
  Box block;                                      ///< this rank's cells, in the grid's indices
  int row_axis = 0;                               ///< the contiguous axis
  std::array<std::int64_t, 3> ghosts{0, 0, 0};    ///< layers on either side, 0 along unused axes
  std::array<std::ptrdiff_t, 3> stride{0, 0, 0};  ///< from a cell to the next along an axis
  std::ptrdiff_t origin = 0;                      ///< place of the block's first cell
  std::size_t size = 0;                           ///< values in all; 0 for an empty block

  CellLayout() = default;
  CellLayout(const Grid& grid, const Box& cells, int ghost_layers);

  std::ptrdiff_t at(std::int64_t i, std::int64_t j, std::int64_t k) const {
    return origin + i * stride[0] + j * stride[1] + k * stride[2];
  }
  std::int64_t row_length() const { return block.count[static_cast<std::size_t>(row_axis)]; }

  /// Calls act(place, i, j, k) for the first cell of every row of the block, in the order of
  /// memory; (i, j, k) are the cell's indices in the block.
  template <class F>
  void for_each_row(F&& act) const {
    if (block.size() == 0) return;
    std::array<std::int64_t, 3> end = block.count;
    end[static_cast<std::size_t>(row_axis)] = 1;
    for (std::int64_t i = 0; i < end[0]; ++i) {
      for (std::int64_t j = 0; j < end[1]; ++j) {
        for (std::int64_t k = 0; k < end[2]; ++k) act(at(i, j, k), i, j, k);
      }
    }
  }
};

/// Copies the block's cells out of (into) an array of `layout`, contiguous, x slowest.
void copy_cells(const CellLayout& layout, const double* from, double* to);
void set_cells(const CellLayout& layout, const double* from, double* to);

}  // namespace parapet
