#include "grid/cell_division.hpp"

#include <algorithm>
#include <limits>

#include "grid/partition.hpp"

namespace parapet {

namespace {

/// Cells of the largest block, and the ghost cells that it receives, which cost several times as
/// much as a cell that is only computed.
double cost_of(const Grid& grid, const std::array<int, 3>& parts, int ghosts) {
  constexpr double price_of_a_ghost = 4.0;
  std::array<double, 3> thickness{};
  double cells = 1.0;
  for (std::size_t a = 0; a < 3; ++a) {
    thickness[a] = static_cast<double>((grid.points[a] + parts[a] - 1) / parts[a]);
    cells *= thickness[a];
  }
  double received = 0.0;
  for (std::size_t a = 0; a < 3; ++a) {
    if (parts[a] > 1) received += 2.0 * ghosts * cells / thickness[a];
  }
  return cells + price_of_a_ghost * received;
}

/// Thick blocks begin at multiples of so many cells, so that coarser grids are divided like fine
/// ones a few times over: at most a sixteenth of a block's cells is out of balance for that.
std::int64_t unit_of(std::int64_t cells) {
  std::int64_t unit = 8;
  while (unit > 1 && cells < 16 * unit) unit /= 2;
  return unit;
}

}  // namespace

CellDivision::CellDivision(const Grid& grid, int ranks, int thinnest) : grid_(grid) {
  std::array<int, 3> most{};
  for (std::size_t a = 0; a < 3; ++a) {
    const std::int64_t parts = grid.points[a] / std::max(1, thinnest);
    most[a] = static_cast<int>(std::clamp<std::int64_t>(parts, 1, ranks));
  }
  // Slow axes are divided rather than fast ones: long rows, contiguous ghosts.
  double least = std::numeric_limits<double>::infinity();
  for (int z = 1; z <= most[2]; ++z) {
    for (int y = 1; y <= std::min(most[1], ranks / z); ++y) {
      for (int x = 1; x <= std::min(most[0], ranks / (z * y)); ++x) {
        const double cost = cost_of(grid, {x, y, z}, thinnest);
        if (!(cost < least)) continue;
        least = cost;
        parts_ = {x, y, z};
      }
    }
  }
  for (std::size_t a = 0; a < 3; ++a) {
    const Partition part{grid.points[a], parts_[a]};
    const std::int64_t unit = unit_of(grid.points[a] / parts_[a]);
    for (int p = 0; p < parts_[a]; ++p) begins_[a].push_back(part.begin(p) / unit * unit);
    begins_[a].push_back(grid.points[a]);
  }
}

CellDivision CellDivision::coarsened(const std::array<bool, 3>& axes) const {
  CellDivision coarse = *this;
  for (std::size_t a = 0; a < 3; ++a) {
    if (!axes[a]) continue;
    for (std::int64_t& begin : coarse.begins_[a]) begin = (begin + 1) / 2;
    coarse.grid_.points[a] = coarse.begins_[a].back();
  }
  return coarse;
}

std::int64_t CellDivision::thinnest_block() const {
  std::int64_t thinnest = grid_.point_count();
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t p = 1; p < begins_[a].size() && parts_[a] > 1; ++p) {
      thinnest = std::min(thinnest, begins_[a][p] - begins_[a][p - 1]);
    }
  }
  return thinnest;
}

std::array<int, 3> CellDivision::place(int rank) const {
  return {rank / (parts_[1] * parts_[2]), rank / parts_[2] % parts_[1], rank % parts_[2]};
}

int CellDivision::rank_at(std::array<int, 3> place) const {
  for (std::size_t a = 0; a < 3; ++a) {
    if (place[a] >= 0 && place[a] < parts_[a]) continue;
    if (!grid_.is_periodic[a]) return -1;
    place[a] = (place[a] + parts_[a]) % parts_[a];
  }
  return (place[0] * parts_[1] + place[1]) * parts_[2] + place[2];
}

Box CellDivision::block(int rank) const {
  Box box;
  if (rank >= active_ranks()) {
    box.count = {0, 0, 0};
    return box;
  }
  const auto at = place(rank);
  for (std::size_t a = 0; a < 3; ++a) {
    const auto part = static_cast<std::size_t>(at[a]);
    box.offset[a] = begins_[a][part];
    box.count[a] = begins_[a][part + 1] - begins_[a][part];
  }
  return box;
}

}  // namespace parapet
