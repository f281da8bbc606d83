#include "simulation/density_faults.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/formula.hpp"
#include "methods/density/jko_flow.hpp"
#include "methods/density/jko_solver.hpp"
#include "methods/density/process_faults.hpp"
#include "methods/particles/particle_solver.hpp"

namespace parapet {

namespace {

/// Kinds of initial fields that have no negative values of themselves.
constexpr std::array<std::string_view, 7> kinds_of_density = {"gaussian", "patch", "spots",  "slab",
                                                              "uniform",  "file",  "formula"};
constexpr std::int64_t most_points = std::int64_t{1} << 16;

/// Whether a formula is negative, or no number, at some of the grid's points.
void check_formula(InputFile& file, const std::string& text, const Grid& grid) {
  if (Formula::fault(text, {"x", "y", "z"})) return;  // told where formulas are read
  const Formula formula(text, {"x", "y", "z"});
  const std::int64_t count = grid.point_count(), stride = 1 + count / most_points;
  for (std::int64_t i = 0; i < count; i += stride) {
    const std::array at{i / grid.points[2] / grid.points[1], i / grid.points[2] % grid.points[1],
                        i % grid.points[2]};
    std::array<double, 3> x{};
    for (std::size_t a = 0; a < static_cast<std::size_t>(grid.dimensions); ++a) {
      x[a] = grid.coordinate(static_cast<int>(a), at[a]);
    }
    const double value = formula(x);
    if (value >= 0.0) continue;
    return file.fault("initial", "formulas",
                      fmt::format("\"{}\" is {:.6g} at x = {:.6g}, y = {:.6g}, z = {:.6g}: a "
                                  "density is not negative",
                                  text, value, x[0], x[1], x[2]));
  }
}

void check_jko(InputFile& file, const RunSettings& settings) {
  if (settings.method.integrator != jko_integrator) return;
  const Grid grid = settings.grid.grid();
  const DensityProcess process = density_process(settings.problem.equation, grid.dimensions);
  const std::string refusal = jko_refusal(process, grid);
  if (!refusal.empty()) file.fault("method", "integrator", refusal);
}

void check_particles(InputFile& file, const RunSettings& settings) {
  const auto faults =
      particle_faults(settings.problem.equation, settings.grid.grid(), settings.method_options());
  if (settings.particles.every > settings.particles.count) {
    file.fault("particles", "every",
               fmt::format("{} is more than there are, {}", settings.particles.every,
                           settings.particles.count));
  }
  for (const auto& [place, text] : faults) {
    const auto dot = place.find('.');
    file.fault(place.substr(0, dot), place.substr(dot + 1), text);
  }
}

}  // namespace

void check_density(InputFile& file, const RunSettings& settings) {
  for (const auto& [key, message] :
       process_faults(settings.problem.equation, settings.grid.grid(), 0.0, settings.time.end)) {
    file.fault("equation", key, message);
  }
  if (!file.has_faults()) check_jko(file, settings);
  if (!file.has_faults() && settings.has_particles()) check_particles(file, settings);
  const InitialSettings& initial = settings.problem.initial;
  if (std::ranges::count(kinds_of_density, initial.kind) == 0) {
    file.fault("initial", "kind",
               fmt::format("\"{}\" has negative values, a density has none: \"gaussian\", "
                           "\"patch\", \"spots\", \"slab\", \"uniform\" or \"formula\"",
                           initial.kind));
  }
  if (initial.kind != "formula") return;
  for (const std::string& text : initial.formulas) {
    check_formula(file, text, settings.grid.grid());
  }
}

}  // namespace parapet
