#include "methods/tile_sweep.hpp"

#include <algorithm>
#include <cstdint>

namespace parapet {

namespace {

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
  planes_[0] = 0;  // it stays where it is
  for (std::size_t s = 0; s < work.stages.size(); ++s) {
    for (const Stage::Term& term : work.stages[s].terms) {
      if (term.is_array || term.source == 0) continue;
      const auto stages_later = static_cast<std::int64_t>(s + 1 - term.source);
      planes_[term.source] = std::max(planes_[term.source], stages_later * lag + 1);
    }
  }
}

double TileSweep::bytes_of_a_cell() const {
  std::int64_t planes = 2 * axes_[0].radius + 1;  // of the state
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
  const Extent extent = needed(1, axis);
  return {extent.begin - axes_[axis].radius, extent.end + axes_[axis].radius};
}

double* TileSweep::cell_of(double* field, std::int64_t plane, std::int64_t row) const {
  return field + layout_.origin + plane * axes_[0].stride + row * axes_[1].stride;
}

double* TileSweep::row_of(std::size_t number, std::int64_t plane, std::size_t c, std::int64_t row) {
  if (number == 0) return cell_of(work_.in[c], axes_[0].within(plane), axes_[1].within(row));
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
    if (number > 0) compute(number, plane);
    if (is_last(number)) return;
    fill_ghosts(number, plane);
    if (reaches_end(0, 0, planes) && plane < radius) fill_plane(number, plane, 0);
  } else if (!is_last(number) && reaches_end(0, 1, planes) && behind >= 0 && behind < radius) {
    fill_plane(number, planes.end - 1 - behind, 1);
  }
}

void TileSweep::compute(std::size_t number, std::int64_t plane) {
  Extent rows = needed(number, 1);
  while (!rows.is_empty()) {
    const std::int64_t end = end_of_group(number, rows);
    compute_rows(number, plane, {rows.begin, end});
    rows.begin = end;
  }
  add_terms(number, plane);
}

std::int64_t TileSweep::end_of_group(std::size_t number, const Extent& rows) const {
  const SweepAxis& axis = axes_[1];
  const auto& terms = work_.stages[number - 1].terms;
  const bool reads_base_in_place = !terms.empty() && !terms[0].is_array && terms[0].source == 0;
  if (axis.sides[0] != BlockSide::wrapped || (number > 1 && !reads_base_in_place)) return rows.end;
  const std::int64_t first = axis.within(rows.begin), reach = number == 1 ? axis.radius : 0;
  const bool is_inside = first >= reach && first < axis.cells - reach;
  return std::min(rows.end, rows.begin + (is_inside ? axis.cells - reach - first : 1));
}

/// Each stage asks for its part of the plane of the state that the first one reads next, and of
/// that which the last one writes next.
void TileSweep::plan_ahead(std::size_t number, std::int64_t plane, const Extent& rows) {
  ahead_.clear();
  const auto stages = static_cast<std::int64_t>(work_.stages.size());
  const auto n = static_cast<std::int64_t>(number);
  const std::int64_t front = plane + n * axes_[0].radius + 1;
  const std::int64_t made = front - stages * axes_[0].radius;
  const Extent cells = tile_[2];
  const std::int64_t begin = cells.begin + cells.count() * (n - 1) / stages / 8 * 8;
  const std::int64_t end =
      n == stages ? cells.end : cells.begin + cells.count() * n / stages / 8 * 8;
  const auto length = static_cast<std::size_t>(std::max<std::int64_t>(0, end - begin));
  for (std::size_t c = 0; c < components_; ++c) {
    if (front < needed(0, 0).end) {
      ahead_.push_back({row_of(0, front, c, rows.begin) + begin, axes_[1].stride, length});
    }
    if (made >= tile_[0].begin && made < tile_[0].end) {
      ahead_.push_back({cell_of(work_.out[c], made, rows.begin) + begin, axes_[1].stride, length});
    }
  }
}

void TileSweep::compute_rows(std::size_t number, std::int64_t plane, const Extent& rows) {
  const Stage& stage = work_.stages[number - 1];
  const Extent cells = needed(number, 2);
  for (std::size_t c = 0; c < components_; ++c) {
    in_[c] = row_of(number - 1, plane, c, rows.begin) + cells.begin;
    if (!stage.terms.empty()) {
      base_[c] = row_of_term(stage.terms[0], plane, c, rows.begin) + cells.begin;
    }
    out_[c] = row_made(number, plane, c, rows.begin) + cells.begin;
  }
  StageRows t{.in = in_.data(), .out = out_.data(), .diffusivity = diffusivity_.data()};
  t.in_row = number == 1 ? axes_[1].stride : rings_.row_pitch();
  t.out_row = is_last(number) ? axes_[1].stride : rings_.row_pitch();
  if (!stage.terms.empty()) {
    const bool is_ring = !stage.terms[0].is_array && stage.terms[0].source > 0;
    t.base_row = is_ring ? rings_.row_pitch() : axes_[1].stride;
    t.base = base_.data(), t.base_weight = stage.terms[0].weight;
  }
  t.rows = static_cast<std::size_t>(rows.count());
  t.length = static_cast<std::size_t>(cells.count());
  t.dimensions = axes_[1].axis >= 0 ? 3 : axes_[0].axis >= 0 ? 2 : 1;
  t.radius = radius_;
  const double* const here = in_[0] - cells.begin;
  constexpr std::array<std::int64_t, 4> steps = {-1, 1, -2, 2};
  for (std::size_t i = 0; i < 2 * static_cast<std::size_t>(radius_); ++i) {
    const std::int64_t step = steps[i];
    if (axes_[0].radius > 0) t.slow[i] = row_of(number - 1, plane + step, 0, rows.begin) - here;
    if (axes_[1].radius > 0) t.middle[i] = row_of(number - 1, plane, 0, rows.begin + step) - here;
  }
  plan_ahead(number, plane, rows);
  t.ahead = ahead_;
  t.share = share_;
  t.weight = stage.weight, t.rate = stage.rate;
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

}  // namespace parapet
