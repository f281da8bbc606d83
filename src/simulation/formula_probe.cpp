#include "simulation/formula_probe.hpp"

#include <array>

#include <fmt/format.h>

namespace parapet {

namespace {

constexpr std::int64_t most_points = std::int64_t{1} << 16;

}  // namespace

std::optional<FormulaValue> first_unsound(const Formula& formula, const Grid& grid, double time,
                                          const std::function<bool(double)>& is_sound) {
  const std::int64_t count = grid.point_count(), stride = 1 + count / most_points;
  for (std::int64_t i = 0; i < count; i += stride) {
    const std::array at{i / grid.points[2] / grid.points[1], i / grid.points[2] % grid.points[1],
                        i % grid.points[2]};
    std::array<double, 4> x{0.0, 0.0, 0.0, time};
    for (std::size_t a = 0; a < static_cast<std::size_t>(grid.dimensions); ++a) {
      x[a] = grid.coordinate(static_cast<int>(a), at[a]);
    }
    const double value = formula(x);
    if (is_sound(value)) continue;
    return FormulaValue{value, fmt::format("x = {:.6g}, y = {:.6g}, z = {:.6g}", x[0], x[1], x[2])};
  }
  return std::nullopt;
}

}  // namespace parapet
