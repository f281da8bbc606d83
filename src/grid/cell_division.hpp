#pragma once

#include <array>
#include <cstdint>

#include "grid/grid.hpp"

namespace parapet {

/// How the cells of a grid are divided among ranks: into a regular arrangement of blocks, each at
/// least `thinnest` cells thick along every divided axis so that ghost layers come from the next
/// block alone. Of the arrangements possible, the one that leaves the most loaded rank the least
/// work and the fewest ghost cells. Ranks beyond its blocks have none. The same on every rank.
class CellDivision {
 public:
  CellDivision(const Grid& grid, int ranks, int thinnest);

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
};

}  // namespace parapet
