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
    : CellGrid(communicator, CellDivision(grid, communicator.size(), ghosts), boundaries, ghosts,
               reach) {}

CellGrid::CellGrid(const Communicator& communicator, const CellDivision& division,
                   const Boundaries& boundaries, int ghosts, GhostReach reach)
    : communicator_(&communicator),
      grid_(division.grid()),
      boundaries_(boundaries),
      ghosts_(ghosts),
      division_(division),
      layout_(grid_, division_.block(communicator.rank()), ghosts),
      halo_(communicator, grid_, division_, layout_, reach) {}

bool CellGrid::is_at_end(int axis, int side) const {
  const auto a = static_cast<std::size_t>(axis);
  if (grid_.is_periodic[a] || layout_.block.size() == 0) return false;
  const std::int64_t begin = layout_.block.offset[a];
  return side == 0 ? begin == 0 : begin + layout_.block.count[a] == grid_.points[a];
}

void CellGrid::fill_end(double* field, int axis, int side, const GhostRule& rule) const {
  const std::int64_t layers = layout_.ghosts[static_cast<std::size_t>(axis)];
  for_each_edge(axis, side, [&](std::ptrdiff_t place, std::ptrdiff_t outwards, const auto&) {
    double* const edge = field + place;
    for (std::int64_t layer = 0; layer < layers; ++layer) {
      edge[(layer + 1) * outwards] = rule.at(edge[-layer * outwards], edge[0]);
    }
  });
}

std::string CellGrid::description() const {
  return division_text(grid_, division_, communicator_->size());
}

std::string CellGrid::describe(const Grid& grid, int ranks, int ghosts) {
  return division_text(grid, CellDivision(grid, ranks, ghosts), ranks);
}

}  // namespace parapet
