#include "simulation/density_faults.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/formula.hpp"
#include "methods/density/jko_flow.hpp"
#include "methods/density/jko_solver.hpp"
#include "methods/density/process_faults.hpp"
#include "methods/particles/particle_solver.hpp"
#include "methods/particles/systems/system_methods.hpp"
#include "simulation/formula_probe.hpp"

namespace parapet {

namespace {

/// Kinds of initial fields that have no negative values of themselves.
constexpr std::array<std::string_view, 7> kinds_of_density = {"gaussian", "patch", "spots",  "slab",
                                                              "uniform",  "file",  "formula"};

/// Whether a formula is negative, or no number, at some of the grid's points.
void check_formula(InputFile& file, const std::string& text, const Grid& grid) {
  if (Formula::fault(text, {"x", "y", "z"})) return;  // told where formulas are read
  const auto found = first_unsound(Formula(text, {"x", "y", "z"}), grid, 0.0,
                                   [](double value) { return value >= 0.0; });
  if (!found) return;
  file.fault("initial", "formulas",
             fmt::format("\"{}\" is {:.6g} at {}: a density is not negative", text, found->value,
                         found->place));
}

bool has_amplitude(const InitialSettings& initial) {
  return initial.kind == "spots" || initial.kind == "slab" || initial.kind == "patch";
}

/// The least that `mean`, `amplitude`, `scale` and `base` allow, of shapes between 0 and 1.
double least_told(const InitialSettings& initial) {
  if (initial.kind != "uniform" && !has_amplitude(initial)) return 0.0;
  const double other = initial.mean + (has_amplitude(initial) ? initial.amplitude : 0.0);
  double least = 0.0;
  for (std::size_t c = 0; c < std::max(initial.scale.size(), std::size_t{1}); ++c) {
    const double scale = initial.scale.empty() ? 1.0 : initial.scale[c];
    const double base = c < initial.base.size() ? initial.base[c] : 0.0;
    least = std::min({least, scale * initial.mean + base, scale * other + base});
  }
  return least;
}

void check_jko(InputFile& file, const RunSettings& settings) {
  if (settings.method.integrator != jko_integrator) return;
  const Grid grid = settings.grid.grid();
  const DensityProcess process = density_process(settings.problem.equation, grid.dimensions);
  const std::string refusal = jko_refusal(process, grid);
  if (!refusal.empty()) file.fault("method", "integrator", refusal);
}

void check_particles(InputFile& file, const RunSettings& settings) {
  const AnyEquation& equation = settings.problem.equation;
  const auto faults_of = is_particle_system(equation) ? particle_system_faults : particle_faults;
  const auto faults = faults_of(equation, settings.grid.grid(), settings.method_options());
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
  if (const double least = least_told(initial); least < 0.0) {
    file.fault("initial", has_amplitude(initial) ? "amplitude" : "mean",
               fmt::format("the start is {:.6g} somewhere: a density is not negative", least));
  }
  if (initial.kind != "formula") return;
  for (const std::string& text : initial.formulas) {
    check_formula(file, text, settings.grid.grid());
  }
}

}  // namespace parapet
