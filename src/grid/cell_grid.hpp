#pragma once

#include <span>
#include <string>

#include "base/communicator.hpp"
#include "grid/boundary.hpp"
#include "grid/cell_division.hpp"
#include "grid/cell_layout.hpp"
#include "grid/halo.hpp"

namespace parapet {

/// How the ghost cells beyond an end of the domain follow from the cells inside:
///   ghost = mirror · (the cell as far inside) + edge · (the cell at the end) + constant
struct GhostRule {
  double mirror = 0.0, edge = 0.0, constant = 0.0;

  double at(double mirrored, double at_edge) const {
    return mirror * mirrored + edge * at_edge + constant;
  }
};

/// A grid of cells in physical space: its division among ranks, how a field lies in memory, and the
/// exchange of ghost cells. What all cell solvers of a group of ranks share.
class CellGrid {
 public:
  /// `ghosts` layers, ≥ 1; the grid has at least as many points along each axis. Keeps a reference
  /// to `communicator`. Collective.
  CellGrid(const Communicator& communicator, const Grid& grid, const Boundaries& boundaries,
           int ghosts, GhostReach reach);
  /// The same with a division that is given; its blocks have at least `ghosts` cells along every
  /// divided axis.
  CellGrid(const Communicator& communicator, const CellDivision& division,
           const Boundaries& boundaries, int ghosts, GhostReach reach);

  const Grid& grid() const { return grid_; }
  const Boundaries& boundaries() const { return boundaries_; }
  const Communicator& communicator() const { return *communicator_; }
  const CellDivision& division() const { return division_; }
  const CellLayout& layout() const { return layout_; }
  int ghosts() const { return ghosts_; }
  Halo& halo() { return halo_; }

  /// This rank's cells.
  const Box& block() const { return layout_.block; }
  std::size_t cell_count() const { return static_cast<std::size_t>(layout_.block.size()); }
  /// Whether this rank's block lies at the lower (0) or upper (1) end of an axis that has ends.
  bool is_at_end(int axis, int side) const;

  /// Fills the ghosts of one field beyond one end of the domain, where this rank's block lies at
  /// it; over the whole thickness that later axes need, ghosts of earlier axes included.
  void fill_end(double* field, int axis, int side, const GhostRule& rule) const;

  /// Calls act(place, outwards, index) for every cell at one end of the domain that is this rank's,
  /// ghosts of the other axes included: its place in an array of the layout, the way to the next
  /// cell beyond the end, and its index in the grid.
  template <class F>
  void for_each_edge(int axis, int side, F&& act) const;

  /// One line that says how the grid is divided.
  std::string description() const;
  static std::string describe(const Grid& grid, int ranks, int ghosts);

 private:
  const Communicator* communicator_;
  Grid grid_;
  Boundaries boundaries_;
  int ghosts_;
  CellDivision division_;
  CellLayout layout_;
  Halo halo_;
};

template <class F>
void CellGrid::for_each_edge(int axis, int side, F&& act) const {
  if (!is_at_end(axis, side)) return;
  const auto along = static_cast<std::size_t>(axis);
  std::array<std::int64_t, 3> begin{0, 0, 0}, end = layout_.block.count;
  for (std::size_t a = 0; a < 3; ++a) {
    begin[a] = -layout_.ghosts[a];
    end[a] += layout_.ghosts[a];
  }
  begin[along] = side == 0 ? 0 : layout_.block.count[along] - 1;
  end[along] = begin[along] + 1;
  const std::ptrdiff_t outwards = side == 0 ? -layout_.stride[along] : layout_.stride[along];
  for (std::int64_t i = begin[0]; i < end[0]; ++i) {
    for (std::int64_t j = begin[1]; j < end[1]; ++j) {
      for (std::int64_t k = begin[2]; k < end[2]; ++k) {
        const auto& first = layout_.block.offset;
        const std::array<std::int64_t, 3> index{first[0] + i, first[1] + j, first[2] + k};
        act(layout_.at(i, j, k), outwards, index);
      }
    }
  }
}

}  // namespace parapet
