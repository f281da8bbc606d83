#include "methods/volume/field_range.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace parapet {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

Extrema reduced(const CellGrid& cells, const Extrema& own) {
  // Of NaN MPI's maximum says nothing.
  std::array<double, 3> largest = {-own.lowest, own.highest, 0.0};
  if (std::isnan(own.lowest)) largest = {0.0, 0.0, 1.0};
  cells.communicator().all_reduce(std::span<double>(largest), Reduction::maximum);
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  return largest[2] > 0.0 ? Extrema{nan, nan} : Extrema{-largest[0], largest[1]};
}

/// Extrema of a row, eight cells at once.
Extrema extrema_of_row(const double* u, std::int64_t count) {
  std::array<double, 8> low, high, unsound{};
  low.fill(infinite), high.fill(-infinite);
  std::int64_t n = 0;
  for (; n + 8 <= count; n += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) {
      const double value = u[n + static_cast<std::int64_t>(lane)];
      low[lane] = value < low[lane] ? value : low[lane];
      high[lane] = value > high[lane] ? value : high[lane];
      unsound[lane] += value - value;  // NaN for NaN and infinity
    }
  }
  for (; n < count; ++n) {
    low[0] = std::min(low[0], u[n]);
    high[0] = std::max(high[0], u[n]);
    unsound[0] += u[n] - u[n];
  }
  double sum = 0.0;
  for (const double one : unsound) sum += one;
  return {*std::ranges::min_element(low) + sum, *std::ranges::max_element(high) + sum};
}

/// How far a smooth maximum of a·u at a cell may pass the cell's value along an axis: by no more
/// than the second difference, since a parabola's top passes it by an eighth of that. 0 where
/// second differences of the neighbours show that the field is not smooth there.
double passing(const double* u, std::ptrdiff_t s, double a) {
  const auto bend = [&](std::ptrdiff_t at) { return a * (u[at - s] - 2.0 * u[at] + u[at + s]); };
  const double before = bend(-s), own = bend(0), after = bend(s);
  const double mildest = std::max({before, own, after}), most = std::min({before, own, after});
  return mildest < 0.0 && most >= 2.0 * mildest ? -own : 0.0;
}

}  // namespace

Extrema extrema_of(const CellGrid& cells, const double* field) {
  Extrema own{infinite, -infinite};
  const CellLayout& layout = cells.layout();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    const Extrema here = extrema_of_row(field + row, layout.row_length());
    if (std::isnan(here.lowest) || std::isnan(own.lowest)) {
      own.lowest = std::numeric_limits<double>::quiet_NaN();
      return;
    }
    own = {std::min(own.lowest, here.lowest), std::max(own.highest, here.highest)};
  });
  return reduced(cells, own);
}

Extrema range_between_cells(const CellGrid& cells, const double* field) {
  Extrema own{infinite, -infinite};
  const CellLayout& layout = cells.layout();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (const double* u = field + row; u < field + row + layout.row_length(); ++u) {
      double above = 0.0, below = 0.0;
      bool is_highest = true, is_lowest = true;
      for (std::size_t a = 0; a < static_cast<std::size_t>(cells.grid().dimensions); ++a) {
        const std::ptrdiff_t s = layout.stride[a];
        is_highest = is_highest && u[0] >= u[-s] && u[0] >= u[s];
        is_lowest = is_lowest && u[0] <= u[-s] && u[0] <= u[s];
        above += passing(u, s, 1.0);
        below += passing(u, s, -1.0);
      }
      own.lowest = std::min(own.lowest, u[0] - (is_lowest ? below : 0.0));
      own.highest = std::max(own.highest, u[0] + (is_highest ? above : 0.0));
    }
  });
  return reduced(cells, own);
}

}  // namespace parapet
