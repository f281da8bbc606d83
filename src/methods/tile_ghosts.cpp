#include "methods/tile_sweep.hpp"

// The cells beyond the ends of a tile's registers, by periodicity or by the rules at walls.

namespace parapet {

bool TileSweep::reaches_end(std::size_t axis, int side, const Extent& extent) const {
  if (axes_[axis].sides[static_cast<std::size_t>(side)] != BlockSide::end) return false;
  return axes_[axis].radius > 0 &&
         (side == 0 ? extent.begin == 0 : extent.end == axes_[axis].cells);
}

const GhostRule& TileSweep::rule(std::size_t component, std::size_t axis, int side) const {
  const auto of_axis = static_cast<std::size_t>(axes_[axis].axis);
  return (*work_.rules)[component][of_axis][static_cast<std::size_t>(side)];
}

void TileSweep::fill_ghosts(std::size_t number, std::int64_t plane) {
  if (number == 0) wrap_rows(plane);
  fill_row_ends(number, plane);
  fill_rows_beyond_ends(number, plane);
}

void TileSweep::wrap_rows(std::int64_t plane) {
  const SweepAxis& axis = axes_[2];
  if (axis.sides[0] != BlockSide::wrapped) return;
  const Extent rows = needed(0, 1), cells = needed(0, 2);
  const std::int64_t reach = row_wraps() ? axis.radius : 0;
  for (std::size_t c = 0; c < components_; ++c) {
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
      double* const first = row_of(0, plane, c, row);
      for (std::int64_t at = cells.begin - reach; at < 0; ++at) first[at] = first[axis.within(at)];
      for (std::int64_t at = axis.cells; at < cells.end + reach; ++at) {
        first[at] = first[axis.within(at)];
      }
    }
  }
}

void TileSweep::fill_row_ends(std::size_t number, std::int64_t plane) {
  const Extent rows = needed(number, 1), cells = needed(number, 2);
  const bool wraps = number > 0 && row_wraps();
  const std::array<bool, 2> is_end = {reaches_end(2, 0, cells), reaches_end(2, 1, cells)};
  if (!wraps && !is_end[0] && !is_end[1]) return;
  for (std::size_t c = 0; c < components_; ++c) {
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
      double *const first = row_of(number, plane, c, row), *const last = first + cells.end - 1;
      for (std::int64_t l = 0; l < radius_; ++l) {
        if (wraps) first[-1 - l] = last[-l], last[1 + l] = first[l];
        if (is_end[0]) first[-1 - l] = rule(c, 2, 0).at(first[l], first[0]);
        if (is_end[1]) last[1 + l] = rule(c, 2, 1).at(last[-l], last[0]);
      }
    }
  }
}

void TileSweep::fill_rows_beyond_ends(std::size_t number, std::int64_t plane) {
  const Extent rows = needed(number, 1), cells = needed(number, 2);
  for (const int side : {0, 1}) {
    if (!reaches_end(1, side, rows)) continue;
    const std::int64_t edge = side == 0 ? 0 : rows.end - 1, inwards = side == 0 ? 1 : -1;
    for (std::size_t c = 0; c < components_; ++c) {
      const double* const at_edge = row_of(number, plane, c, edge);
      for (std::int64_t l = 0; l < axes_[1].radius; ++l) {
        const double* const inside = row_of(number, plane, c, edge + l * inwards);
        double* const ghost = row_of(number, plane, c, edge - (l + 1) * inwards);
        for (std::int64_t k = cells.begin; k < cells.end; ++k) {
          ghost[k] = rule(c, 1, side).at(inside[k], at_edge[k]);
        }
      }
    }
  }
}

/// The mirror image of a plane beyond an end.
void TileSweep::fill_plane(std::size_t number, std::int64_t plane, int side) {
  const Extent rows = needed(number, 1), cells = needed(number, 2);
  const std::int64_t edge = side == 0 ? 0 : axes_[0].cells - 1;
  const std::int64_t ghost_plane = side == 0 ? -1 - plane : 2 * edge + 1 - plane;
  for (std::size_t c = 0; c < components_; ++c) {
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
      const double* const at_edge = row_of(number, edge, c, row);
      const double* const inside = row_of(number, plane, c, row);
      double* const ghost = row_of(number, ghost_plane, c, row);
      for (std::int64_t k = cells.begin; k < cells.end; ++k) {
        ghost[k] = rule(c, 0, side).at(inside[k], at_edge[k]);
      }
    }
  }
}

}  // namespace parapet
