#include "grid/cell_grid.hpp"

#include <fmt/format.h>

namespace parapet {

namespace {

std::string division_text(const Grid& grid, const CellDivision& division, int ranks) {
  const auto& parts = division.parts();
  const Box largest = division.block(division.active_ranks() - 1);
  std::string blocks = fmt::format("{}", parts[0]), cells = fmt::format("{}", largest.count[0]);
  for (std::size_t a = 1; a < static_cast<std::size_t>(grid.dimensions); ++a) {
    blocks += fmt::format(" x {}", parts[a]);
    cells += fmt::format(" x {}", largest.count[a]);
  }
  std::string text = fmt::format("{} blocks of up to {} cells", blocks, cells);
  if (ranks > division.active_ranks()) {
    text += fmt::format("; {} of {} ranks have none", ranks - division.active_ranks(), ranks);
  }
  return text;
}

}  // namespace

CellGrid::CellGrid(const Communicator& communicator, const Grid& grid, const Boundaries& boundaries,
                   int ghosts, GhostReach reach)
    : communicator_(&communicator),
      grid_(grid),
      boundaries_(boundaries),
      ghosts_(ghosts),
      division_(grid, communicator.size(), ghosts),
      layout_(grid, division_.block(communicator.rank()), ghosts),
      halo_(communicator, grid, division_, layout_, reach) {}

bool CellGrid::is_at_end(int axis, int side) const {
  const auto a = static_cast<std::size_t>(axis);
  if (grid_.is_periodic[a] || layout_.block.size() == 0) return false;
  const std::int64_t begin = layout_.block.offset[a];
  return side == 0 ? begin == 0 : begin + layout_.block.count[a] == grid_.points[a];
}

void CellGrid::fill_end(double* field, int axis, int side, const GhostRule& rule) const {
  if (!is_at_end(axis, side)) return;
  const auto along = static_cast<std::size_t>(axis);
  std::array<std::int64_t, 3> begin{0, 0, 0}, end = layout_.block.count;
  for (std::size_t a = 0; a < 3; ++a) {
    begin[a] = -layout_.ghosts[a];
    end[a] += layout_.ghosts[a];
  }
  begin[along] = 0;
  end[along] = layout_.ghosts[along];
  const std::int64_t cells = layout_.block.count[along];
  const std::ptrdiff_t step = layout_.stride[along];
  // Index 0 is the layer next to the end; its mirror image is the first cell inside.
  const std::int64_t first = side == 0 ? 0 : cells - 1;
  const std::ptrdiff_t outwards = side == 0 ? -step : step;
  for (std::int64_t i = begin[0]; i < end[0]; ++i) {
    for (std::int64_t j = begin[1]; j < end[1]; ++j) {
      for (std::int64_t k = begin[2]; k < end[2]; ++k) {
        std::array<std::int64_t, 3> at{i, j, k};
        const std::int64_t layer = at[along];
        at[along] = first;
        double* const edge = field + layout_.at(at[0], at[1], at[2]);
        edge[(layer + 1) * outwards] = rule.at(edge[-layer * outwards], edge[0]);
      }
    }
  }
}

std::string CellGrid::description() const {
  return division_text(grid_, division_, communicator_->size());
}

std::string CellGrid::describe(const Grid& grid, int ranks, int ghosts) {
  return division_text(grid, CellDivision(grid, ranks, ghosts), ranks);
}

}  // namespace parapet
