#include "methods/mode_table.hpp"

#include <algorithm>

#include "base/failure.hpp"

namespace parapet {
namespace {

/// The axis along which the wavenumber varies within rows of `length` modes; 0 where none does.
std::size_t varying_axis(const std::vector<Mode>& modes, std::size_t length) {
  for (std::size_t i = 0; i < modes.size(); ++i) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (modes[i].wavenumber[axis] != modes[i - i % length].wavenumber[axis]) return axis;
    }
  }
  return 0;
}

/// Modes along the last axis of a box along which there are several.
std::size_t length_of_rows(const Box& box) {
  std::size_t axis = 2;
  while (axis > 0 && box.count[axis] == 1) --axis;
  return static_cast<std::size_t>(box.count[axis]);
}

}  // namespace

Wavevector wavevector(const Grid& grid, const std::array<std::int64_t, 3>& wavenumber) {
  Wavevector result;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double k = grid.wave_unit(static_cast<int>(axis)) * static_cast<double>(wavenumber[axis]);
    const bool is_nyquist =
        wavenumber[axis] != 0 && 2 * std::abs(wavenumber[axis]) == grid.points[axis];
    result.k[axis] = is_nyquist || !grid.is_periodic[axis] ? 0.0 : k;
    result.k2 += k * k;
  }
  return result;
}

ModeTable::ModeTable(const SpectralTransform& transform) {
  row_length_ = length_of_rows(transform.mode_box());
  std::vector<Mode> modes;
  modes.reserve(transform.mode_count());
  transform.for_each_mode([&](std::size_t, const Mode& mode) {
    modes.push_back(mode);
    weights_.push_back(static_cast<std::uint8_t>(mode.weight));
  });
  if (modes.empty()) return;
  axis_ = varying_axis(modes, row_length_);
  for (std::size_t start = 0; start < modes.size(); start += row_length_) {
    std::array<std::int64_t, 3> fixed = modes[start].wavenumber;
    fixed[axis_] = 0;
    std::vector<Along> along;
    for (std::size_t i = 0; i < row_length_; ++i) {
      std::array<std::int64_t, 3> varying{0, 0, 0};
      varying[axis_] = modes[start + i].wavenumber[axis_];
      auto whole = fixed;
      whole[axis_] = varying[axis_];
      require(whole == modes[start + i].wavenumber, ExitCode::internal_error,
              "modes are not stored in rows along one axis");
      const Wavevector k = wavevector(transform.grid(), varying);
      along.push_back({k.k[axis_], k.k2});
    }
    // Rows almost always share their varying components; where they do, they are stored once.
    if (!std::equal(
            along.begin(), along.end(), along_.begin(),
            along_.begin() + static_cast<std::ptrdiff_t>(std::min(row_length_, along_.size())))) {
      rows_.push_back({wavevector(transform.grid(), fixed), along_.size()});
      along_.insert(along_.end(), along.begin(), along.end());
    } else {
      rows_.push_back({wavevector(transform.grid(), fixed), 0});
    }
  }
}

std::size_t ModeTable::memory_bytes() const {
  return rows_.size() * sizeof(Row) + along_.size() * sizeof(Along) + weights_.size();
}

}  // namespace parapet
