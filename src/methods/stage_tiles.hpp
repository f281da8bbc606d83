#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "grid/cell_grid.hpp"

namespace parapet {

/// Indices from `begin` to before `end`.
struct Extent {
  std::int64_t begin = 0, end = 1;

  std::int64_t count() const { return end - begin; }
  bool is_empty() const { return end <= begin; }
};

/// What lies beyond a side of a block: cells of another block, which an exchange brings; the other
/// side of this one; or an end of the domain.
enum class BlockSide { neighbour, wrapped, end };

/// An axis of a block as a sweep sees it.
struct SweepAxis {
  int axis = -1;  ///< of the grid; −1: there is none, one layer of cells without neighbours
  std::int64_t cells = 1;
  std::int64_t radius = 0;  ///< of the differences along it
  std::ptrdiff_t stride = 0;
  std::array<BlockSide, 2> sides{BlockSide::wrapped, BlockSide::wrapped};

  /// The index of cell `at`, taken across the end if the axis is periodic and undivided.
  std::int64_t within(std::int64_t at) const {
    if (sides[0] != BlockSide::wrapped) return at;
    const std::int64_t rest = at % cells;
    return rest < 0 ? rest + cells : rest;
  }
};

/// The axes in the order in which a sweep runs: the slow one, plane after plane; the middle one,
/// row after row; the row. Two axes have no middle one, one axis is a row.
using SweepAxes = std::array<SweepAxis, 3>;
SweepAxes sweep_axes(const CellGrid& cells, int radius);

/// A box of cells, an extent for each of the SweepAxes.
using Tile = std::array<Extent, 3>;

/// Tiles that cover a block. Those of the first part depend on the block's own cells only, however
/// many `layers` of cells around a tile are read; all others may need what an exchange brings.
struct Tiles {
  std::vector<Tile> own, others;
};

/// Divides a block into tiles of at most so many rows and cells of a row.
Tiles divide_into_tiles(const SweepAxes& axes, std::int64_t rows, std::int64_t cells, int layers);

}  // namespace parapet
