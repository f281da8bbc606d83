#include "simulation/carried_faults.hpp"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/formula.hpp"

namespace parapet {

namespace {

constexpr int tried = 9;  // places along each axis, near the ends too

/// Where and when a formula is not finite.
std::optional<std::string> infinite_at(const Formula& formula, const Grid& grid, double time) {
  std::array<int, 3> count{1, 1, 1};
  for (int a = 0; a < grid.dimensions; ++a) count[static_cast<std::size_t>(a)] = tried;
  for (int i = 0; i < count[0] * count[1] * count[2]; ++i) {
    const std::array<int, 3> at{i / (count[1] * count[2]), i / count[2] % count[1], i % count[2]};
    std::array<double, 4> x{0.0, 0.0, 0.0, time};
    for (int a = 0; a < grid.dimensions; ++a) {
      const auto of = static_cast<std::size_t>(a);
      const std::int64_t last = grid.points[of] - 1;
      x[of] = grid.coordinate(a, last * at[of] / (tried - 1));
    }
    if (std::isfinite(formula(x))) continue;
    return fmt::format("\"{}\" is not finite at x = {:.6g}, y = {:.6g}, z = {:.6g}, t = {:.6g}",
                       formula.text(), x[0], x[1], x[2], time);
  }
  return std::nullopt;
}

}  // namespace

void check_carried(InputFile& file, const RunSettings& settings) {
  const auto* const carried = std::get_if<Continuity>(&settings.problem.equation);
  if (carried == nullptr) return;
  if (settings.has_carrier_file()) {
    if (carried->velocity.texts.empty()) return;
    return file.fault("equation", "velocity",
                      "of formulas and [equation.carrier] file only one is to be given");
  }
  const std::size_t axes = settings.grid.points.size(), given = carried->velocity.texts.size();
  if (given != axes) {
    file.fault("equation", "velocity",
               fmt::format("{} formulas: expected {}, one an axis, or [equation.carrier] file",
                           given, axes));
    return;
  }
  for (const std::string& text : carried->velocity.texts) {
    const Formula formula(text, {"x", "y", "z", "t"});
    for (const double time : {0.0, 0.5 * settings.time.end, settings.time.end}) {
      const auto fault = infinite_at(formula, settings.grid.grid(), time);
      if (!fault) continue;
      file.fault("equation", "velocity", *fault);
      return;
    }
  }
}

}  // namespace parapet
