#include "diagnostics/cell_diagnostics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/exact_sum.hpp"
#include "base/processors.hpp"
#include "diagnostics/blow_up.hpp"

namespace parapet {

namespace {

/// Calls act(place) for every cell of the block, in the order of memory.
template <class F>
void for_each_cell(const CellLayout& layout, F&& act) {
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::int64_t i = 0; i < layout.row_length(); ++i) act(row + i);
  });
}

double average(const CellGrid& cells, ExactSum& sum) {
  sum.reduce(cells.communicator());
  return sum.round() / static_cast<double>(cells.grid().point_count());
}

/// Σ over the faces towards the next cell along each axis of the squared difference quotient.
void add_slopes(const CellGrid& cells, const double* field, ExactSum& sum) {
  const CellLayout& layout = cells.layout();
  for (int axis = 0; axis < cells.grid().dimensions; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    const double scale = 1.0 / cells.grid().spacing(axis);
    const std::ptrdiff_t next = layout.stride[a];
    const std::int64_t last = cells.is_at_end(axis, 1) ? layout.block.count[a] - 1 : -1;
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
      std::array<std::int64_t, 3> at{i, j, k};
      const bool is_along = axis == layout.row_axis;
      if (!is_along && at[a] == last) return;
      const std::int64_t count = layout.row_length() - (is_along && last >= 0 ? 1 : 0);
      for (const double* u = field + row; u < field + row + count; ++u) {
        const double slope = (u[next] - u[0]) * scale;
        sum.add(slope * slope);
      }
    });
  }
}

void add_extrema(const CellGrid& cells, std::span<const double* const> components,
                 FieldDiagnostics& result) {
  std::array<double, 3> extrema;  // largest of −u, of u, and of "is NaN", which max() would hide
  extrema.fill(-std::numeric_limits<double>::infinity());
  for (const double* field : components) {
    for_each_cell(cells.layout(), [&](std::ptrdiff_t place) {
      const double u = field[place];
      extrema[0] = std::max(extrema[0], -u);
      extrema[1] = std::max(extrema[1], u);
      extrema[2] = std::max(extrema[2], std::isnan(u) ? 1.0 : 0.0);
    });
  }
  cells.communicator().all_reduce(std::span<double>(extrema), Reduction::maximum);
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  result.minimum = extrema[2] > 0.0 ? nan : -extrema[0];
  result.maximum = extrema[2] > 0.0 ? nan : extrema[1];
}

bool is_sound(double u) {  // false for NaN
  return std::abs(u) <= largest_sound;
}

/// Whole registers at a time, without a way out.
bool is_sound_row(const double* row, std::int64_t count) {
  std::int64_t faults = 0;
  run_compiled_for(
      this_processor(), [&]() __attribute__((always_inline)) {
        std::int64_t found = 0;
        for (std::int64_t n = 0; n < count; ++n) found += is_sound(row[n]) ? 0 : 1;
        faults = found;
      });
  return faults == 0;
}

std::string first_fault(const CellGrid& cells, std::span<const double* const> components) {
  std::string fault;
  const CellLayout& layout = cells.layout();
  for (std::size_t c = 0; c < components.size(); ++c) {
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
      if (!fault.empty() || is_sound_row(components[c] + row, layout.row_length())) return;
      for (std::int64_t n = 0; n < layout.row_length() && fault.empty(); ++n) {
        const double u = components[c][row + n];
        if (is_sound(u)) continue;
        std::array<std::int64_t, 3> at{i, j, k};
        at[static_cast<std::size_t>(layout.row_axis)] = n;
        for (std::size_t a = 0; a < 3; ++a) at[a] += layout.block.offset[a];
        fault = fmt::format("component {} of u is {} at cell ({}, {}, {}) on rank {}", c, u, at[0],
                            at[1], at[2], cells.communicator().rank());
      }
    });
    if (!fault.empty()) break;
  }
  return fault;
}

}  // namespace

FieldDiagnostics diagnose(const CellGrid& cells, std::span<const double* const> components) {
  FieldDiagnostics result;
  ExactSum energy, slopes;
  for (const double* field : components) {
    ExactSum mean;
    for_each_cell(cells.layout(), [&](std::ptrdiff_t place) {
      mean.add(field[place]);
      energy.add(0.5 * field[place] * field[place]);
    });
    add_slopes(cells, field, slopes);
    result.mean.push_back(average(cells, mean));
  }
  result.energy = average(cells, energy);
  result.gradient_square = average(cells, slopes);
  add_extrema(cells, components, result);
  result.spectrum_tail = std::numeric_limits<double>::quiet_NaN();
  return result;
}

std::uint64_t cells_digest(const CellGrid& cells, std::span<const double* const> components) {
  const CellLayout& layout = cells.layout();
  const auto& points = cells.grid().points;
  Digest digest;
  for (std::size_t c = 0; c < components.size(); ++c) {
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
      const Box& block = layout.block;
      const std::int64_t line =
          (static_cast<std::int64_t>(c) * points[0] + block.offset[0] + i) * points[1] +
          block.offset[1] + j;
      const auto first = static_cast<std::uint64_t>(line * points[2] + block.offset[2] + k);
      // Along a row the last used axis runs, behind which all axes have one point.
      for (std::int64_t n = 0; n < layout.row_length(); ++n) {
        digest.add(components[c][row + n], first + static_cast<std::uint64_t>(n));
      }
    });
  }
  return cells.communicator().all_reduce(digest.value(), Reduction::sum);
}

void throw_unless_finite(const CellGrid& cells, std::span<const double* const> components,
                         std::size_t member, double time) {
  throw_if_blown_up(cells.communicator(), first_fault(cells, components), member, time);
}

}  // namespace parapet
