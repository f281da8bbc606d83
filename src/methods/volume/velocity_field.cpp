#include "methods/volume/velocity_field.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace parapet {

namespace {

const std::vector<std::string>& variables() {
  static const std::vector<std::string> names = {"x", "y", "z", "t"};
  return names;
}

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

std::vector<AlignedArray<double>> fields_of(const CellGrid& cells) {
  std::vector<AlignedArray<double>> fields;
  for (int a = 0; a < cells.grid().dimensions; ++a) {
    auto& field = fields.emplace_back(cells.layout().size);
    std::fill_n(field.data(), field.size(), 0.0);
  }
  return fields;
}

}  // namespace

VelocityField::VelocityField(const CellGrid& cells, const std::vector<std::string>& texts)
    : cells_(&cells), time_(std::numeric_limits<double>::quiet_NaN()), values_(fields_of(cells)) {
  for (const std::string& text : texts) {
    const Formula& formula = formulas_.emplace_back(text, variables());
    is_steady_ = is_steady_ && !formula.depends_on("t");
  }
  set_time(0.0);
}

void VelocityField::set_time(double time) {
  if (formulas_.empty() || time == time_ || (is_steady_ && !std::isnan(time_))) return;
  time_ = time;
  if (cells_->cell_count() == 0) return;
  for (int axis = 0; axis < cells_->grid().dimensions; ++axis) evaluate(axis, time);
}

void VelocityField::evaluate(int axis, double time) {
  const CellLayout& layout = cells_->layout();
  std::array<std::int64_t, 3> end = layout.block.count;
  for (std::size_t a = 0; a < 3; ++a) end[a] += layout.ghosts[a];
  end[static_cast<std::size_t>(layout.row_axis)] =
      1 - layout.ghosts[static_cast<std::size_t>(layout.row_axis)];
  for (std::int64_t i = -layout.ghosts[0]; i < end[0]; ++i) {
    for (std::int64_t j = -layout.ghosts[1]; j < end[1]; ++j) {
      for (std::int64_t k = -layout.ghosts[2]; k < end[2]; ++k) evaluate_row(axis, {i, j, k}, time);
    }
  }
}

// A row with its ghosts, from the cell `first` of the block.
void VelocityField::evaluate_row(int axis, std::array<std::int64_t, 3> first, double time) {
  const CellLayout& layout = cells_->layout();
  const auto along = static_cast<std::size_t>(layout.row_axis);
  const auto count = static_cast<std::size_t>(layout.row_length() + 2 * layout.ghosts[along]);
  double* const to =
      values_[static_cast<std::size_t>(axis)].data() + layout.at(first[0], first[1], first[2]);
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
  formulas_[static_cast<std::size_t>(axis)].evaluate(points, {to, count});
  const auto normal = static_cast<std::size_t>(axis);
  for (std::size_t n = 0; n < count; ++n) {
    const auto step = normal == along ? static_cast<std::int64_t>(n) : 0;
    if (is_mirrored(*cells_, axis, layout.block.offset[normal] + first[normal] + step)) {
      to[n] = -to[n];
    }
  }
}

const double* VelocityField::at_origin(int axis) const {
  return values_[static_cast<std::size_t>(axis)].data() + cells_->layout().origin;
}

double VelocityField::rate() const {
  double largest = 0.0;
  bool is_finite = true;
  const CellLayout& layout = cells_->layout();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::ptrdiff_t place = row; place < row + layout.row_length(); ++place) {
      double sum = 0.0;
      for (std::size_t a = 0; a < values_.size(); ++a) {
        sum += std::abs(values_[a].data()[place]) / cells_->grid().spacing(static_cast<int>(a));
      }
      is_finite = is_finite && std::isfinite(sum);
      largest = std::max(largest, sum);
    }
  });
  return is_finite ? largest : std::numeric_limits<double>::infinity();
}

double VelocityField::largest_rate(double time, double duration) const {
  constexpr int times = 8;
  const Grid& grid = cells_->grid();
  const int most = grid.dimensions == 1 ? 64 : grid.dimensions == 2 ? 16 : 8;  // along an axis
  std::array<int, 3> count{1, 1, 1};
  for (int a = 0; a < grid.dimensions; ++a) count[static_cast<std::size_t>(a)] = most;
  double largest = 0.0;
  for (int i = 0; i < count[0] * count[1] * count[2]; ++i) {
    const std::array<int, 3> at{i / (count[1] * count[2]), i / count[2] % count[1], i % count[2]};
    std::array<double, 4> point{};
    for (int a = 0; a < grid.dimensions; ++a) {
      const auto of = static_cast<std::size_t>(a);
      point[of] = grid.lower[of] + grid.length[of] * (at[of] + 0.5) / count[of];
    }
    for (int n = 1; n <= times; ++n) {
      point[3] = time + duration * n / times;
      double sum = 0.0;
      for (std::size_t a = 0; a < formulas_.size(); ++a) {
        sum += std::abs(formulas_[a](point)) / grid.spacing(static_cast<int>(a));
      }
      largest = std::max(largest, sum);
    }
  }
  return largest;
}

std::size_t VelocityField::bytes() const {
  std::size_t sum = 0;
  for (const auto& field : values_) sum += field.bytes();
  return sum;
}

}  // namespace parapet
