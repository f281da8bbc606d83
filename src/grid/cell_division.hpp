#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "grid/grid.hpp"

namespace parapet {

/// How the cells of a grid are divided among ranks: into a regular arrangement of blocks, each at
/// least `thinnest` cells thick along every divided axis so that ghost layers come from the next
/// block alone. Of the arrangements possible, the one that leaves the most loaded rank the least
/// work and the fewest ghost cells. Ranks beyond its blocks have none. The same on every rank.
class CellDivision {
 public:
  CellDivision(const Grid& grid, int ranks, int thinnest);

  /// The division of the grid that has every two cells of this one as one along the chosen axes: a
  /// coarse cell belongs to the block of its first.
  CellDivision coarsened(const std::array<bool, 3>& axes) const;
  /// That grid.
  const Grid& grid() const { return grid_; }
  /// Cells of the thinnest block along the axes that are divided; of all when none is.
  std::int64_t thinnest_block() const;

  /// Blocks along each axis.
  const std::array<int, 3>& parts() const { return parts_; }
  int active_ranks() const { return parts_[0] * parts_[1] * parts_[2]; }
  /// A rank's cells; an empty box for an idle rank.
  Box block(int rank) const;
  /// Place of a rank's block in the arrangement, x slowest.
  std::array<int, 3> place(int rank) const;
  /// The rank at a place, wrapped round periodic axes; −1 beyond an end.
  int rank_at(std::array<int, 3> place) const;

 private:
  Grid grid_;
  std::array<int, 3> parts_{1, 1, 1};
  std::array<std::vector<std::int64_t>, 3> begins_;  ///< of the blocks, and the end of the last
};

}  // namespace parapet
