#include "simulation/carried_faults.hpp"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/formula.hpp"
#include "simulation/formula_probe.hpp"

namespace parapet {

namespace {

/// Where and when a formula is not finite.
std::optional<std::string> infinite_at(const Formula& formula, const Grid& grid, double time) {
  const auto found =
      first_unsound(formula, grid, time, [](double value) { return std::isfinite(value); });
  if (!found) return std::nullopt;
  return fmt::format("\"{}\" is not finite at {}, t = {:.6g}", formula.text(), found->place, time);
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
