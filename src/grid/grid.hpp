#pragma once

#include <array>
#include <cstdint>
#include <numbers>

namespace parapet {

/// A uniform grid in 1, 2 or 3 dimensions. Point i along a periodic axis lies at
/// lower + i · length / points; along an axis with ends at lower + (i + ½) · length / points, the
/// centres of cells that fill the domain. Unused axes have one point. Arrays on a grid are stored
/// with x slowest (C order [x][y][z]), as in The Well.
struct Grid {
  int dimensions = 1;
  std::array<std::int64_t, 3> points{1, 1, 1};
  std::array<double, 3> lower{0.0, 0.0, 0.0};
  std::array<double, 3> length{1.0, 1.0, 1.0};
  std::array<bool, 3> is_periodic{true, true, true};

  double spacing(int axis) const {
    return length[static_cast<std::size_t>(axis)] /
           static_cast<double>(points[static_cast<std::size_t>(axis)]);
  }
  double coordinate(int axis, std::int64_t index) const {
    return lower[static_cast<std::size_t>(axis)] +
           (static_cast<double>(index) + first_point(axis)) * spacing(axis);
  }
  /// Where point 0 lies, in spacings from the lower end.
  double first_point(int axis) const {
    return is_periodic[static_cast<std::size_t>(axis)] ? 0.0 : 0.5;
  }
  /// The physical wavenumber that the integer 1 stands for along an axis: one wave per length, or
  /// half a wave between walls.
  double wave_unit(int axis) const {
    const auto a = static_cast<std::size_t>(axis);
    return (is_periodic[a] ? 2.0 : 1.0) * std::numbers::pi / length[a];
  }
  bool is_periodic_everywhere() const { return is_periodic[0] && is_periodic[1] && is_periodic[2]; }
  std::int64_t point_count() const { return points[0] * points[1] * points[2]; }

  bool operator==(const Grid&) const = default;
};

/// A block of a three-dimensional index space: `count` indices from `offset` along each axis.
struct Box {
  std::array<std::int64_t, 3> offset{0, 0, 0};
  std::array<std::int64_t, 3> count{1, 1, 1};

  std::int64_t size() const { return count[0] * count[1] * count[2]; }
  bool operator==(const Box&) const = default;
};

}  // namespace parapet
