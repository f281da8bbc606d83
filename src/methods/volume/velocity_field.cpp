#include "methods/volume/velocity_field.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace parapet {

namespace {

/// The cell of the grid, or beyond an open end, from which a ghost's velocity comes.
std::int64_t source_of(const CellGrid& cells, std::size_t axis, std::int64_t index) {
  const std::int64_t points = cells.grid().points[axis];
  if (cells.grid().is_periodic[axis]) return (index + points) % points;
  const int side = index < 0 ? 0 : 1;
  if (index >= 0 && index < points) return index;
  if (cells.boundaries()[axis][static_cast<std::size_t>(side)] != BoundaryKind::reflecting) {
    return index;
  }
  return side == 0 ? -1 - index : 2 * points - 1 - index;
}

bool is_mirrored(const CellGrid& cells, int axis, std::int64_t index) {
  const auto a = static_cast<std::size_t>(axis);
  return !cells.grid().is_periodic[a] && source_of(cells, a, index) != index;
}

/// A few points of the whole grid, the same on every rank.
std::vector<std::array<double, 3>> some_points(const Grid& grid) {
  const int most = grid.dimensions == 1 ? 64 : grid.dimensions == 2 ? 16 : 8;  // along an axis
  std::array<int, 3> count{1, 1, 1};
  for (int a = 0; a < grid.dimensions; ++a) count[static_cast<std::size_t>(a)] = most;
  std::vector<std::array<double, 3>> points;
  for (int i = 0; i < count[0] * count[1] * count[2]; ++i) {
    const std::array<int, 3> at{i / (count[1] * count[2]), i / count[2] % count[1], i % count[2]};
    auto& point = points.emplace_back();
    for (int a = 0; a < grid.dimensions; ++a) {
      const auto of = static_cast<std::size_t>(a);
      point[of] = grid.lower[of] + grid.length[of] * (at[of] + 0.5) / count[of];
    }
  }
  return points;
}

}  // namespace

VelocityField::VelocityField(CellGrid& cells, const std::vector<std::string>& texts,
                             std::size_t times)
    : cells_(&cells), points_(some_points(cells.grid())) {
  for (const std::string& text : texts) {
    components_.push_back({SeparatedFormula(text, {"x", "y", "z"}, "t"), {}, {}});
    is_steady_ = is_steady_ && components_.back().formula.is_steady();
  }
  for (std::size_t a = 0; a < components_.size(); ++a) add_products(static_cast<int>(a));
  kept_.resize(is_steady_ ? 1 : times);
  for (Kept& one : kept_) {
    one.time = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t a = 0; a < texts.size(); ++a) one.values.push_back(field());
  }
  set_time(0, 0.0);
}

VelocityField::VelocityField(CellGrid& cells, const std::vector<std::vector<double>>& values)
    : cells_(&cells), kept_(1) {
  kept_[0].time = 0.0;
  for (std::size_t n = 0; n < values.size(); ++n) {
    double* const v = kept_[0].values.emplace_back(field()).data();
    set_cells(cells.layout(), values[n].data(), v);
    cells.halo().exchange({&v, 1});
    for (int axis = 0; axis < cells.grid().dimensions; ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      for (const int side : {0, 1}) {
        if (cells.grid().is_periodic[a]) continue;
        const double sign = a == n ? -1.0 : 1.0;
        const bool is_wall =
            cells.boundaries()[a][static_cast<std::size_t>(side)] == BoundaryKind::reflecting;
        cells.fill_end(v, axis, side,
                       is_wall ? GhostRule{sign, 0.0, 0.0} : GhostRule{0.0, 1.0, 0.0});
      }
    }
  }
}

AlignedArray<double> VelocityField::field() const {
  AlignedArray<double> made(cells_->layout().size);
  std::fill_n(made.data(), made.size(), 0.0);
  return made;
}

void VelocityField::add_products(int axis) {
  Component& component = components_[static_cast<std::size_t>(axis)];
  for (const auto& product : component.formula.products()) {
    evaluate_cells(product.of_place, axis, 0.0, component.of_place.emplace_back(field()).data());
    auto& values = component.at_points.emplace_back();
    for (const auto& point : points_) values.push_back(product.of_place(point));
  }
}

void VelocityField::set_time(std::size_t kept, double time) {
  Kept& one = kept_[number(kept)];
  if (components_.empty() || time == one.time || (is_steady_ && !std::isnan(one.time))) return;
  one.time = time;
  for (std::size_t a = 0; a < components_.size(); ++a) {
    evaluate(components_[a], static_cast<int>(a), time, one.values[a].data());
  }
}

void VelocityField::go_on() {
  if (kept_.size() > 1) std::swap(kept_[0], kept_[1]);
}

void VelocityField::evaluate(const Component& component, int axis, double time, double* to) {
  const auto size = static_cast<std::ptrdiff_t>(cells_->layout().size);
  if (component.formula.rest()) {
    evaluate_cells(*component.formula.rest(), axis, time, to);
  } else {
    std::fill_n(to, size, 0.0);
  }
  for (std::size_t p = 0; p < component.of_place.size(); ++p) {
    const double factor = component.formula.products()[p].of_time({&time, 1});
    const double* const from = component.of_place[p].data();
    for (std::ptrdiff_t i = 0; i < size; ++i) to[i] += factor * from[i];
  }
}

void VelocityField::evaluate_cells(const Formula& formula, int axis, double time, double* to) {
  const CellLayout& layout = cells_->layout();
  if (cells_->cell_count() == 0) return;
  std::array<std::int64_t, 3> end = layout.block.count;
  for (std::size_t a = 0; a < 3; ++a) end[a] += layout.ghosts[a];
  end[static_cast<std::size_t>(layout.row_axis)] =
      1 - layout.ghosts[static_cast<std::size_t>(layout.row_axis)];
  for (std::int64_t i = -layout.ghosts[0]; i < end[0]; ++i) {
    for (std::int64_t j = -layout.ghosts[1]; j < end[1]; ++j) {
      for (std::int64_t k = -layout.ghosts[2]; k < end[2]; ++k) {
        evaluate_row(formula, axis, {i, j, k}, time, to);
      }
    }
  }
}

// A row with its ghosts, from the cell `first` of the block.
void VelocityField::evaluate_row(const Formula& formula, int axis,
                                 std::array<std::int64_t, 3> first, double time, double* to) {
  const CellLayout& layout = cells_->layout();
  const auto along = static_cast<std::size_t>(layout.row_axis);
  const auto count = static_cast<std::size_t>(layout.row_length() + 2 * layout.ghosts[along]);
  double* const row = to + layout.at(first[0], first[1], first[2]);
  for (std::size_t a = 0; a < 3; ++a) row_[a].resize(count);
  row_[3].assign(count, time);
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t n = 0; n < count; ++n) {
      const auto step = a == along ? static_cast<std::int64_t>(n) : 0;
      const std::int64_t index = layout.block.offset[a] + first[a] + step;
      row_[a][n] = cells_->grid().coordinate(static_cast<int>(a), source_of(*cells_, a, index));
    }
  }
  const std::array<const double*, 4> points{row_[0].data(), row_[1].data(), row_[2].data(),
                                            row_[3].data()};
  formula.evaluate(points, {row, count});
  const auto normal = static_cast<std::size_t>(axis);
  for (std::size_t n = 0; n < count; ++n) {
    const auto step = normal == along ? static_cast<std::int64_t>(n) : 0;
    if (is_mirrored(*cells_, axis, layout.block.offset[normal] + first[normal] + step)) {
      row[n] = -row[n];
    }
  }
}

const double* VelocityField::at_origin(std::size_t kept, int axis) const {
  return kept_[number(kept)].values[static_cast<std::size_t>(axis)].data() +
         cells_->layout().origin;
}

double VelocityField::rate() const {
  double largest = 0.0;
  bool is_finite = true;
  const Fields& values = kept_[0].values;
  const CellLayout& layout = cells_->layout();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::ptrdiff_t place = row; place < row + layout.row_length(); ++place) {
      double sum = 0.0;
      for (std::size_t a = 0; a < values.size(); ++a) {
        sum += std::abs(values[a].data()[place]) / cells_->grid().spacing(static_cast<int>(a));
      }
      is_finite = is_finite && std::isfinite(sum);
      largest = std::max(largest, sum);
    }
  });
  return is_finite ? largest : std::numeric_limits<double>::infinity();
}

double VelocityField::at_point(const Component& component, std::size_t point, double time) const {
  double sum = 0.0;
  if (component.formula.rest()) {
    const auto& x = points_[point];
    sum = (*component.formula.rest())(std::array{x[0], x[1], x[2], time});
  }
  for (std::size_t p = 0; p < component.at_points.size(); ++p) {
    sum += component.formula.products()[p].of_time({&time, 1}) * component.at_points[p][point];
  }
  return sum;
}

double VelocityField::largest_rate(double time, double duration) const {
  constexpr int times = 8;
  double largest = 0.0;
  for (std::size_t point = 0; point < points_.size(); ++point) {
    for (int n = 1; n <= times; ++n) {
      double sum = 0.0;
      for (std::size_t a = 0; a < components_.size(); ++a) {
        sum += std::abs(at_point(components_[a], point, time + duration * n / times)) /
               cells_->grid().spacing(static_cast<int>(a));
      }
      largest = std::max(largest, sum);
    }
  }
  return largest;
}

std::size_t VelocityField::bytes() const {
  const auto bytes_of = [](const Fields& fields) {
    std::size_t sum = 0;
    for (const auto& one : fields) sum += one.bytes();
    return sum;
  };
  std::size_t sum = 0;
  for (const Kept& one : kept_) sum += bytes_of(one.values);
  for (const Component& one : components_) sum += bytes_of(one.of_place);
  return sum;
}

}  // namespace parapet
