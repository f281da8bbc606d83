#include "methods/particles/particle_cells.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "methods/particles/cloud_boxes.hpp"

namespace parapet {

/// What the cells of an axis and the layers before and behind them stand for: cells inside, and
/// their neighbours there with what a difference between these is multiplied with.
struct ParticleCells::Line {
  std::vector<std::int64_t> cell, low, high;
  std::vector<double> factor;
};

ParticleCells::ParticleCells(CellGrid& cells)
    : cells_(cells), axes_(static_cast<std::size_t>(cells.grid().dimensions)) {
  for (std::size_t a = 0; a < axes_; ++a) {
    lower_[a] = cells.grid().lower[a];
    spacing_[a] = cells.grid().spacing(static_cast<int>(a));
    first_[a] = cells.grid().first_point(static_cast<int>(a));
    points_[a] = cells.grid().points[a];
  }
}

std::int64_t ParticleCells::inside(std::size_t axis, std::int64_t cell) const {
  const std::int64_t n = points_[axis];
  return cells_.grid().is_periodic[axis] ? (cell % n + n) % n
                                         : std::clamp<std::int64_t>(cell, 0, n - 1);
}

std::int64_t ParticleCells::cell_at(std::size_t axis, double x) const {
  const double at = (x - lower_[axis]) / spacing_[axis] + 0.5 - first_[axis];
  const auto cell = static_cast<std::int64_t>(std::floor(at));
  return inside(axis, cell);
}

std::size_t ParticleCells::cell_of(std::span<const double* const> x, std::size_t particle) const {
  std::int64_t cell = 0;
  for (std::size_t a = 0; a < axes_; ++a) cell = cell * points_[a] + cell_at(a, x[a][particle]);
  return static_cast<std::size_t>(cell);
}

double ParticleCells::volume() const {
  return spacing_[0] * (axes_ > 1 ? spacing_[1] : 1.0) * (axes_ > 2 ? spacing_[2] : 1.0);
}

ParticleCells::Line ParticleCells::line_of(std::size_t axis) const {
  Line line;
  const bool is_used = axis < axes_;
  for (std::int64_t n = is_used ? -1 : 0; n < points_[axis] + (is_used ? 1 : 0); ++n) {
    const std::int64_t cell = inside(axis, n);
    const std::int64_t low = inside(axis, cell - 1), high = inside(axis, cell + 1);
    const bool is_between = (low != cell && high != cell) || cells_.grid().is_periodic[axis];
    line.cell.push_back(cell), line.low.push_back(low), line.high.push_back(high);
    line.factor.push_back(1.0 / ((is_between ? 2.0 : 1.0) * spacing_[axis]));
  }
  return line;
}

/// Calls act(lines, index) for every cell of the CloudBox of all, in the order of memory; index is
/// its place along each line.
template <class F>
void ParticleCells::for_each_around(F&& act) const {
  const std::array<Line, 3> lines{line_of(0), line_of(1), line_of(2)};
  std::array<std::size_t, 3> at{};
  for (at[0] = 0; at[0] < lines[0].cell.size(); ++at[0]) {
    for (at[1] = 0; at[1] < lines[1].cell.size(); ++at[1]) {
      for (at[2] = 0; at[2] < lines[2].cell.size(); ++at[2]) act(lines, at);
    }
  }
}

void ParticleCells::put(std::vector<std::uint64_t>& sums, double unit, double* density) const {
  cells_.communicator().all_reduce(std::span<std::uint64_t>(sums), Reduction::sum);
  const Box& block = cells_.block();
  const CellLayout& layout = cells_.layout();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const std::int64_t first =
        ((block.offset[0] + i) * points_[1] + block.offset[1] + j) * points_[2] + block.offset[2] +
        k;
    for (std::int64_t n = 0; n < layout.row_length(); ++n) {
      density[row + n] = static_cast<double>(sums[static_cast<std::size_t>(first + n)]) * unit;
    }
  });
}

void ParticleCells::count(std::span<const double* const> x, const double* is_there,
                          std::size_t particles, double total, double mass, double* density) const {
  std::vector<std::uint64_t> sums(static_cast<std::size_t>(cells_.grid().point_count()), 0);
  for (std::size_t i = 0; i < particles; ++i) {
    if (is_there != nullptr && is_there[i] == 0.0) continue;
    ++sums[cell_of(x, i)];
  }
  put(sums, mass / (total * volume()), density);
}

std::vector<double> ParticleCells::sum(std::span<const double* const> x, const double* is_there,
                                       std::span<const double> values, double scale) const {
  const Communicator& ranks = cells_.communicator();
  std::vector<std::int64_t> sums(static_cast<std::size_t>(cells_.grid().point_count()), 0);
  double largest = 0x1p-900;
  for (const double value : values) {
    if (!(std::abs(value) <= largest)) largest = std::abs(value);
  }
  const bool is_finite = !ranks.any(!(largest < 1e100));
  largest = ranks.all_reduce(is_finite ? largest : 1.0, Reduction::maximum);
  const double unit = std::exp2(std::ceil(std::log2(largest)) - 34.0);
  for (std::size_t i = 0; is_finite && i < values.size(); ++i) {
    if (is_there != nullptr && is_there[i] == 0.0) continue;
    sums[cell_of(x, i)] += std::llround(values[i] / unit);
  }
  ranks.all_reduce(std::span<std::int64_t>(sums), Reduction::sum);
  std::vector<double> result(sums.begin(), sums.end());
  const double factor =
      is_finite ? unit * scale / volume() : std::numeric_limits<double>::quiet_NaN();
  for (double& one : result) one *= factor;
  return result;
}

void ParticleCells::spread(std::span<const double* const> x, const double* is_there,
                           std::size_t particles, double total, double mass, double* density) {
  std::vector<std::uint64_t> sums(static_cast<std::size_t>(cells_.grid().point_count()), 0);
  double parts = 1.0;
  with_cloud_box(cells_.grid(), {{0, 0, 0}, points_}, [&]<int d>(const CloudBox<d>& box) {
    if (parts_.size() == 0) parts_ = AlignedArray<std::uint64_t>(box.size());
    std::fill_n(parts_.data(), box.size(), 0);
    add_clouds<d>(box, first_of<d>(x), is_there, particles, parts_.data());
    parts = CloudBox<d>::parts_of_one;
  });
  const std::uint64_t* part = parts_.data();
  for_each_around([&](const auto& lines, const auto& at) {
    const std::int64_t cell =
        (lines[0].cell[at[0]] * points_[1] + lines[1].cell[at[1]]) * points_[2] +
        lines[2].cell[at[2]];
    sums[static_cast<std::size_t>(cell)] += *part++;
  });
  for (std::size_t a = 0; a < axes_; ++a) parts *= spacing_[a];
  put(sums, mass / (total * parts), density);
}

std::vector<double> ParticleCells::whole(const double* field) const {
  std::vector<double> all(static_cast<std::size_t>(cells_.grid().point_count()), 0.0);
  const Box& block = cells_.block();
  const CellLayout& layout = cells_.layout();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const std::int64_t first =
        ((block.offset[0] + i) * points_[1] + block.offset[1] + j) * points_[2] + block.offset[2] +
        k;
    std::copy_n(field + row, layout.row_length(), all.begin() + first);
  });
  cells_.communicator().all_reduce(std::span<double>(all), Reduction::sum);
  return all;
}

void ParticleCells::set_potential(const double* potential) {
  const std::vector<double> all = whole(potential);
  const std::array<std::int64_t, 3> stride{points_[1] * points_[2], points_[2], 1};
  const std::size_t width = slope_width(cells_.grid());
  with_cloud_box(cells_.grid(), {{0, 0, 0}, points_}, [&]<int d>(const CloudBox<d>& box) {
    if (slopes_.size() == 0) slopes_ = AlignedArray<double>(box.size() * width);
  });
  double* slope = slopes_.data();
  for_each_around([&](const auto& lines, const auto& at) {
    std::int64_t cell = 0;
    for (std::size_t a = 0; a < 3; ++a) cell += lines[a].cell[at[a]] * stride[a];
    for (std::size_t a = 0; a < width; ++a) {
      if (a >= axes_) {
        slope[a] = 0.0;
        continue;
      }
      const Line& line = lines[a];
      const auto value = [&](std::int64_t n) {
        return all[static_cast<std::size_t>(cell + (n - line.cell[at[a]]) * stride[a])];
      };
      slope[a] = (value(line.low[at[a]]) - value(line.high[at[a]])) * line.factor[at[a]];
    }
    slope += width;
  });
}

void ParticleCells::add_slopes(std::span<const double* const> x, std::size_t particles,
                               std::span<double* const> force) const {
  with_cloud_box(cells_.grid(), {{0, 0, 0}, points_}, [&]<int d>(const CloudBox<d>& box) {
    add_interpolated<d>(box, slopes_.data(), first_of<d>(x), particles,
                        first_of<d, double*>(force));
  });
}

std::size_t ParticleCells::memory_bytes() const {
  return parts_.bytes() + slopes_.bytes();
}

}  // namespace parapet
