#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "grid/aligned_array.hpp"
#include "particles/cloud_box.hpp"

namespace parapet {

/// Cells of a box along one axis, in which places are as in a CloudBox.
struct CellAxis {
  double lower, per_length, first;  ///< see CloudBox
  double begin, last;               ///< the first and the last cell of the box, whole numbers
};

namespace cell_order_detail {

/// In which cell of the box, or next to which, some particles are: its number, the last axis
/// contiguous. NaN is next to the first.
PARAPET_INLINE void find_cells(std::span<const CellAxis> axes, std::span<const double* const> x,
                               std::size_t from, std::size_t n, std::uint32_t* cells) {
  alignas(64) std::array<double, cloud_detail::chunk> number{};
  for (std::size_t a = 0; a < axes.size(); ++a) {
    const CellAxis axis = axes[a];
    const double* const at = x[a] + from;
    PARAPET_INDEPENDENT
    for (std::size_t i = 0; i < n; ++i) {
      const double near =
          cloud_detail::rounded_down((at[i] - axis.lower) * axis.per_length - axis.first + 0.5);
      const double raised = near >= axis.begin ? near : axis.begin;
      const double inside = raised <= axis.last ? raised : axis.last;
      number[i] = number[i] * (axis.last - axis.begin + 1.0) + (inside - axis.begin);
    }
  }
  PARAPET_INDEPENDENT
  for (std::size_t i = 0; i < n; ++i) {
    cells[i] = static_cast<std::uint32_t>(cloud_detail::whole(number[i]));
  }
}

}  // namespace cell_order_detail

/// The numbers of `count` particles in the order of the box's cells, and within each in theirs.
inline AlignedArray<std::uint32_t> order_by_cells(std::span<const CellAxis> axes,
                                                  std::span<const double* const> x,
                                                  std::size_t count) {
  double cells = 1.0;
  for (const CellAxis& axis : axes) cells *= std::max(axis.last - axis.begin + 1.0, 1.0);
  AlignedArray<std::uint32_t> cell(count), order(count);
  AlignedArray<std::uint32_t> next(static_cast<std::size_t>(cells) + 1);
  std::fill_n(next.data(), next.size(), 0U);
  for (std::size_t from = 0; from < count; from += cloud_detail::chunk) {
    const std::size_t n = std::min(cloud_detail::chunk, count - from);
    std::uint32_t* const some = cell.data() + from;
    run_compiled_for(
        this_processor(), [=]() __attribute__((always_inline)) {
          cell_order_detail::find_cells(axes, x, from, n, some);
        });
    for (std::size_t i = 0; i < n; ++i) ++next.data()[some[i] + 1];
  }
  for (std::size_t c = 1; c < next.size(); ++c) next.data()[c] += next.data()[c - 1];
  for (std::size_t i = 0; i < count; ++i) {
    order.data()[next.data()[cell.data()[i]]++] = static_cast<std::uint32_t>(i);
  }
  return order;
}

}  // namespace parapet
