#include "methods/tile_sweep.hpp"

#include <algorithm>
#include <cstdint>

namespace parapet {

namespace {

/// Copies the cells `wanted` of a row of `count` cells, which is periodic or has them all.
void copy_cells_of_row(const double* row, std::int64_t count, bool is_periodic,
                       const Extent& wanted, double* to) {
  for (std::int64_t at = wanted.begin; at < wanted.end;) {
    const std::int64_t first = is_periodic ? (at % count + count) % count : at;
    const std::int64_t room = is_periodic ? count - first : wanted.end - at;
    const std::int64_t length = std::min(room, wanted.end - at);
    std::copy_n(row + first, length, to + at);
    at += length;
  }
}

void add_multiple(double* to, const double* from, double weight, std::int64_t count) {
  run_compiled_for(
      this_processor(), [=]() __attribute__((always_inline)) {
        for (std::int64_t i = 0; i < count; ++i) to[i] += weight * from[i];
      });
}

double narrowest_spacing(const Grid& grid) {
  double narrowest = grid.spacing(0);
  for (int a = 1; a < grid.dimensions; ++a) narrowest = std::min(narrowest, grid.spacing(a));
  return narrowest;
}

}  // namespace

TileSweep::TileSweep(const CellGrid& cells, const SweepAxes& axes, int components, int radius)
    : layout_(cells.layout()),
      axes_(axes),
      components_(static_cast<std::size_t>(components)),
      radius_(radius),
      in_(components_),
      base_(components_),
      out_(components_) {
  const double h = narrowest_spacing(cells.grid());
  per_area_ = 1.0 / (h * h);
  for (std::size_t a = 0; a < 3; ++a) {
    if (axes_[a].axis < 0) continue;
    const double ratio = h / cells.grid().spacing(axes_[a].axis);
    share_[a] = ratio * ratio;
  }
}

void TileSweep::prepare(const SweepWork& work) {
  work_ = work;
  diffusivity_.clear();
  for (const double D : work.reaction->diffusivity) diffusivity_.push_back(D * per_area_);
  const std::int64_t lag = axes_[0].radius;
  planes_.assign(work.stages.size(), 2 * lag + 1);
  for (std::size_t s = 0; s < work.stages.size(); ++s) {
    for (const Stage::Term& term : work.stages[s].terms) {
      if (term.is_array) continue;
      const auto stages_later = static_cast<std::int64_t>(s + 1 - term.source);
      planes_[term.source] = std::max(planes_[term.source], stages_later * lag + 1);
    }
  }
}

double TileSweep::ring_bytes_of_a_cell() const {
  std::int64_t planes = 0;
  for (const std::int64_t count : planes_) planes += count;
  return static_cast<double>(planes) * static_cast<double>(components_ * sizeof(double));
}

bool TileSweep::row_wraps() const {
  return axes_[2].sides[0] == BlockSide::wrapped && tile_[2].count() == axes_[2].cells;
}

Extent TileSweep::needed(std::size_t number, std::size_t axis) const {
  const auto stages_left = static_cast<std::int64_t>(work_.stages.size() - number);
  const std::int64_t margin = axis == 2 && row_wraps() ? 0 : stages_left * axes_[axis].radius;
  Extent extent{tile_[axis].begin - margin, tile_[axis].end + margin};
  if (axes_[axis].sides[0] == BlockSide::end)
    extent.begin = std::max<std::int64_t>(extent.begin, 0);
  if (axes_[axis].sides[1] == BlockSide::end) extent.end = std::min(extent.end, axes_[axis].cells);
  return extent;
}

Extent TileSweep::covered(std::size_t axis) const {
  const Extent extent = needed(0, axis);
  return {extent.begin - axes_[axis].radius, extent.end + axes_[axis].radius};
}

bool TileSweep::reaches_end(std::size_t axis, int side, const Extent& extent) const {
  if (axes_[axis].sides[static_cast<std::size_t>(side)] != BlockSide::end) return false;
  return axes_[axis].radius > 0 &&
         (side == 0 ? extent.begin == 0 : extent.end == axes_[axis].cells);
}

const GhostRule& TileSweep::rule(std::size_t component, std::size_t axis, int side) const {
  const auto of_axis = static_cast<std::size_t>(axes_[axis].axis);
  return (*work_.rules)[component][of_axis][static_cast<std::size_t>(side)];
}

double* TileSweep::cell_of(double* field, std::int64_t plane, std::int64_t row) const {
  return field + layout_.origin + plane * axes_[0].stride + row * axes_[1].stride;
}

double* TileSweep::row_of(std::size_t number, std::int64_t plane, std::size_t c, std::int64_t row) {
  return rings_.row(number, plane, static_cast<int>(c), row);
}

double* TileSweep::row_made(std::size_t number, std::int64_t plane, std::size_t c,
                            std::int64_t row) {
  return is_last(number) ? cell_of(work_.out[c], plane, row) : row_of(number, plane, c, row);
}

const double* TileSweep::row_of_term(const Stage::Term& term, std::int64_t plane, std::size_t c,
                                     std::int64_t row) {
  if (!term.is_array) return row_of(term.source, plane, c, row);
  return cell_of(work_.arrays[term.source * components_ + c], plane, row);
}

void TileSweep::sweep(const Tile& tile) {
  tile_ = tile;
  rings_.shape(covered(1), covered(2), static_cast<int>(components_), planes_);
  const auto lag = axes_[0].radius;
  const auto last = static_cast<std::int64_t>(work_.stages.size()) * lag + tile_[0].end;
  for (std::int64_t front = needed(0, 0).begin; front < last; ++front) {
    for (std::size_t number = 0; number <= work_.stages.size(); ++number) {
      visit(number, front - static_cast<std::int64_t>(number) * lag);
    }
  }
}

void TileSweep::visit(std::size_t number, std::int64_t plane) {
  const Extent planes = needed(number, 0);
  const std::int64_t radius = axes_[0].radius, behind = plane - planes.end;
  if (plane >= planes.begin && plane < planes.end) {
    number == 0 ? load(plane) : compute(number, plane);
    if (is_last(number)) return;
    fill_ghosts(number, plane);
    if (reaches_end(0, 0, planes) && plane < radius) fill_plane(number, plane, 0);
  } else if (!is_last(number) && reaches_end(0, 1, planes) && behind >= 0 && behind < radius) {
    fill_plane(number, planes.end - 1 - behind, 1);
  }
}

void TileSweep::load(std::int64_t plane) {
  const auto within = [&](std::size_t axis, std::int64_t at) {
    const std::int64_t cells = axes_[axis].cells;
    return axes_[axis].sides[0] == BlockSide::wrapped ? (at % cells + cells) % cells : at;
  };
  const Extent rows = needed(0, 1), cells = needed(0, 2);
  const bool is_periodic = axes_[2].sides[0] == BlockSide::wrapped;
  for (std::size_t c = 0; c < components_; ++c) {
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
      copy_cells_of_row(cell_of(work_.in[c], within(0, plane), within(1, row)), axes_[2].cells,
                        is_periodic, cells, row_of(0, plane, c, row));
    }
  }
}

void TileSweep::compute(std::size_t number, std::int64_t plane) {
  compute_rows(number, plane);
  add_terms(number, plane);
}

void TileSweep::compute_rows(std::size_t number, std::int64_t plane) {
  const Stage& stage = work_.stages[number - 1];
  const Extent rows = needed(number, 1), cells = needed(number, 2);
  for (std::size_t c = 0; c < components_; ++c) {
    in_[c] = row_of(number - 1, plane, c, rows.begin) + cells.begin;
    if (!stage.terms.empty()) {
      base_[c] = row_of_term(stage.terms[0], plane, c, rows.begin) + cells.begin;
    }
    out_[c] = row_made(number, plane, c, rows.begin) + cells.begin;
  }
  StageRows t{.in = in_.data(), .out = out_.data(), .diffusivity = diffusivity_.data()};
  t.in_row = t.base_row = t.out_row = rings_.row_pitch();
  if (!stage.terms.empty() && stage.terms[0].is_array) t.base_row = axes_[1].stride;
  if (is_last(number)) t.out_row = axes_[1].stride;
  t.rows = static_cast<std::size_t>(rows.count());
  t.length = static_cast<std::size_t>(cells.count());
  t.dimensions = axes_[1].axis >= 0 ? 3 : axes_[0].axis >= 0 ? 2 : 1;
  t.radius = radius_;
  constexpr std::array<std::int64_t, 4> steps = {-1, 1, -2, 2};
  for (std::size_t i = 0; i < 2 * static_cast<std::size_t>(axes_[0].radius); ++i) {
    t.slow[i] = rings_.distance(number - 1, plane, plane + steps[i]);
  }
  t.share = share_;
  t.weight = stage.weight, t.rate = stage.rate;
  if (!stage.terms.empty()) t.base = base_.data(), t.base_weight = stage.terms[0].weight;
  work_.reaction->stage(t);
}

void TileSweep::add_terms(std::size_t number, std::int64_t plane) {
  const auto& terms = work_.stages[number - 1].terms;
  const Extent rows = needed(number, 1), cells = needed(number, 2);
  for (std::size_t i = 1; i < terms.size(); ++i) {
    for (std::size_t c = 0; c < components_; ++c) {
      for (std::int64_t row = rows.begin; row < rows.end; ++row) {
        add_multiple(row_made(number, plane, c, row) + cells.begin,
                     row_of_term(terms[i], plane, c, row) + cells.begin, terms[i].weight,
                     cells.count());
      }
    }
  }
}

void TileSweep::fill_ghosts(std::size_t number, std::int64_t plane) {
  fill_row_ends(number, plane);
  fill_rows_beyond_ends(number, plane);
}

void TileSweep::fill_row_ends(std::size_t number, std::int64_t plane) {
  const Extent rows = needed(number, 1), cells = needed(number, 2);
  const bool wraps = row_wraps();
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
