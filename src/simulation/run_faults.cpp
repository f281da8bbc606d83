#include "simulation/run_faults.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/formula.hpp"
#include "base/text.hpp"
#include "methods/implicit/implicit_stepper.hpp"
#include "simulation/carried_faults.hpp"
#include "simulation/density_faults.hpp"
#include "simulation/graph_faults.hpp"
#include "simulation/option_faults.hpp"

namespace parapet {

namespace {

constexpr double most_points = 9e15;  // beyond it a point's index is no longer exact in a double
constexpr double most_steps = 1e12;
constexpr double most_events = 1e7;
constexpr double whole = 1e-9;

void check_grid(InputFile& file, const RunSettings& settings) {
  const GridSettings& grid = settings.grid;
  const std::size_t axes = grid.points.size();
  const auto fits = [&](const std::vector<double>& values) {
    return values.size() == 1 || values.size() == axes;
  };
  const auto expected = fmt::format("expected one number, or {} like [grid] points", axes);
  if (!fits(grid.lower)) file.fault("grid", "lower", expected);
  if (!fits(grid.length)) file.fault("grid", "length", expected);
  if (const auto wanted = settings.only_dimensions(); wanted && *wanted != settings.dimensions()) {
    file.fault("grid", "points",
               fmt::format("{} numbers, but the equation \"{}\" exists in {} dimensions", axes,
                           settings.problem.name, *wanted));
  }
  if (!file.has_faults()) check_spacing(file, grid.grid());
  double points = 1.0;
  for (const std::int64_t n : grid.points) points *= static_cast<double>(n);
  if (points > most_points) {
    file.fault("grid", "points",
               fmt::format("{:.3g} grid points are more than the {:.3g} Parapet can number", points,
                           most_points));
  }
}

void check_boundary(InputFile& file, const RunSettings& settings) {
  const std::size_t axes = settings.grid.points.size(), given = settings.grid.boundary.size();
  if (given != 1 && given != axes && given != 2 * axes) {
    file.fault("grid", "boundary",
               fmt::format("{} entries: expected one for all ends, {} (one an axis) or {} (one an "
                           "end)",
                           given, axes, 2 * axes));
    return;
  }
  const Boundaries ends = settings.grid.boundaries();
  bool has_dirichlet = false;
  for (std::size_t a = 0; a < axes; ++a) {
    const auto [lower, upper] = ends[a];
    has_dirichlet |= lower == BoundaryKind::dirichlet || upper == BoundaryKind::dirichlet;
    if ((lower == BoundaryKind::periodic) == (upper == BoundaryKind::periodic)) continue;
    file.fault("grid", "boundary",
               fmt::format("axis {} is periodic at one end and {} at the other: both ends of a "
                           "periodic axis are periodic",
                           "xyz"[a], name_of(lower == BoundaryKind::periodic ? upper : lower)));
  }
  const std::size_t values = settings.grid.boundary_values.size();
  const std::size_t given_fields = settings.problem.given.size();
  const auto components = static_cast<std::size_t>(settings.components()) - given_fields;
  if (values == 0) return;
  if (!has_dirichlet) {
    file.fault("grid", "boundary_values", "no end of the domain is \"dirichlet\"");
  } else if (values != components && values != 2 * axes * components) {
    file.fault("grid", "boundary_values",
               fmt::format("{} entries: expected {} (one a component) or {} (one a component for "
                           "every end)",
                           values, components, 2 * axes * components));
  }
}

std::string quoted(const std::vector<std::string>& names) {
  std::vector<std::string> all;
  for (const std::string& name : names) all.push_back("\"" + name + "\"");
  return join(all);
}

void check_choice(InputFile& file, const char* key, const std::string& chosen,
                  const std::vector<std::string>& names, const std::string& method) {
  if (chosen == "auto" || std::ranges::count(names, chosen) > 0) return;
  file.fault("method", key,
             names.empty() ? fmt::format("{} of this equation has no {}", method, key)
                           : fmt::format("{} has {}", method, quoted(names)));
}

void check_cells(InputFile& file, const RunSettings& settings) {
  check_carried(file, settings);
  check_unused(file, settings);
  const CellTraits traits = settings.cell_form();
  const std::string name = settings.method_name();
  const Boundaries ends = settings.grid.boundaries();
  for (std::size_t a = 0; a < settings.grid.points.size(); ++a) {
    for (const BoundaryKind kind : ends[a]) {
      if (kind == BoundaryKind::periodic || std::ranges::count(traits.ends, kind) > 0) continue;
      file.fault("grid", "boundary",
                 fmt::format("{} of this equation has no \"{}\" ends", name, name_of(kind)));
      return;
    }
    if (settings.grid.points[a] < traits.ghosts) {
      file.fault("grid", "points",
                 fmt::format("{} needs at least {} points an axis", name, traits.ghosts));
    }
  }
  if (settings.method.order != 0 && std::ranges::count(traits.orders, settings.method.order) == 0) {
    file.fault("method", "order",
               fmt::format("{} has the orders {}", name, fmt::join(traits.orders, ", ")));
  }
  const std::string& integrator = settings.method.integrator;
  check_choice(file, "integrator", integrator, traits.integrators, name);
  check_choice(file, "flux", settings.method.flux, traits.fluxes, name);
  check_choice(file, "limiter", settings.method.limiter, traits.limiters, name);
  check_choice(file, "viscosity", settings.method.viscosity, traits.viscosities, name);
  const bool is_known = std::ranges::count(traits.integrators, integrator) > 0;
  const std::string meant = is_known                     ? integrator
                            : traits.integrators.empty() ? name
                                                         : traits.integrators.front();
  if (settings.time.tolerance && !traits.takes_tolerance) {
    file.fault("time", "tolerance",
               fmt::format("{} has no error control: give `step`{}", meant,
                           traits.takes_courant ? " or `courant`" : ""));
  }
  const bool has_step = settings.time.step || settings.time.tolerance;
  if (!settings.is_steady() && !traits.takes_courant && (settings.time.courant || !has_step)) {
    file.fault("time", settings.time.courant ? "courant" : "",
               fmt::format("every step of {} is stable: give `step`{}", meant,
                           traits.takes_tolerance ? " or `tolerance`" : ""));
  }
  if (traits.holds_density) check_density(file, settings);
  if (settings.problem.forcing.waves > 0) {
    file.fault("equation.forcing", "waves", fmt::format("{} has no random forcing", name));
  }
}

void check_petsc_options(InputFile& file, const RunSettings& settings) {
  if (settings.petsc.empty()) return;
  const std::string& integrator = settings.method.integrator;
  const bool is_implicit = std::ranges::count(ImplicitStepper::names(), integrator) > 0;
  if (settings.is_spectral() || !is_implicit) {
    return file.fault(
        "petsc", "",
        fmt::format("is for the integrators {} on cells", quoted(ImplicitStepper::names())));
  }
  for (const auto& [option, message] : ImplicitStepper::faults(integrator, settings.petsc)) {
    file.fault("petsc", option, message);
  }
}

void check_integrator(InputFile& file, const RunSettings& settings, const std::string& integrator) {
  const auto& time = settings.time;
  if (integrator == "exact") {
    const auto refuse = [&](const char* key, bool is_given) {
      if (!is_given) return;
      file.fault("time", key,
                 fmt::format("the solution is exact at every frame: leave `{}` out", key));
    };
    refuse("step", time.step.has_value());
    refuse("tolerance", time.tolerance.has_value());
  } else if (integrator == "symplectic" && time.tolerance) {
    file.fault("time", "tolerance",
               "symplectic steps are equal, which keeps the error of the energy bounded: give "
               "`step`");
  } else if (!time.step && !time.tolerance) {
    file.fault("time", "",
               integrator == "symplectic" ? "`step` is to be given"
                                          : "`step` or `tolerance` is to be given");
  }
  if (settings.problem.forcing.waves > 0 && integrator != "etdrk4") {
    file.fault("equation.forcing", "waves",
               fmt::format("the integrator \"{}\" has no random forcing", integrator));
  }
}

void check_spectral(InputFile& file, const RunSettings& settings) {
  const std::string refusal = settings.boundary_beyond_spectral();
  if (!refusal.empty()) file.fault("grid", "boundary", refusal);
  if (settings.problem.forcing.waves > 0 && !settings.grid.grid().is_periodic_everywhere()) {
    file.fault("equation.forcing", "waves", "random forcing needs \"periodic\" ends");
  }
  check_forced_waves(file, settings);
  const auto refuse = [&](const char* section, const char* key, bool is_given) {
    if (is_given) file.fault(section, key, "is for methods on cells, this one is spectral");
  };
  refuse("method", "order", settings.method.order != 0);
  refuse("method", "flux", settings.method.flux != "auto");
  refuse("method", "limiter", settings.method.limiter != "auto");
  refuse("method", "viscosity", settings.method.viscosity != "auto");
  if (needs_cells(settings.problem.equation)) {
    file.fault("equation", "viscosity",
               "without viscosity shocks form, of which the spectral method makes waves: give one "
               "above 0, or [method] name = \"finite-volume\"");
  }
  refuse("time", "courant", settings.time.courant.has_value());
  refuse("initial", "mass", settings.problem.initial.mass.has_value());
  const auto names = integrators_of(settings.problem.equation);
  const std::string integrator = settings.spectral_integrator();
  if (std::ranges::count(names, integrator) == 0) {
    file.fault(
        "method", "integrator",
        fmt::format("the spectral method of \"{}\" has {}", settings.problem.name, quoted(names)));
    return;
  }
  if (!settings.is_steady()) check_integrator(file, settings, integrator);
}

/// Formulas of the equation that cannot be read; nothing else is asked of it before.
void check_formulas(InputFile& file, RunSettings& settings) {
  const auto look_at = [&]<class Equation>(Equation& equation) {
    if constexpr (HasFormulas<Equation>) {
      for (const FormulaParameter* one : equation.formulas()) {
        std::vector<std::string> variables = {"x", "y", "z"};
        variables.resize(settings.grid.points.size());
        if (one->takes_time) variables.emplace_back("t");
        for (const std::string& text : one->texts) {
          if (const auto fault = Formula::fault(text, variables)) {
            file.fault("equation", std::string(one->name), *fault);
          }
        }
      }
    }
  };
  std::visit(look_at, settings.problem.equation);
}

void check_method(InputFile& file, const RunSettings& settings) {
  const auto names = methods_of(settings.problem.equation);
  const std::string& name = settings.method.name;
  if (name != "auto" && std::ranges::count(names, name) == 0) {
    file.fault("method", "name",
               fmt::format("the equation \"{}\" has {}", settings.problem.name, quoted(names)));
    return;
  }
  settings.is_spectral() ? check_spectral(file, settings) : check_cells(file, settings);
  check_derived(file, settings);
  if (!file.has_faults()) check_petsc_options(file, settings);
}

void check_time(InputFile& file, const RunSettings& settings) {
  const TimeSettings& time = settings.time;
  const int given = time.step.has_value() + time.tolerance.has_value() + time.courant.has_value();
  if (given > 1) {
    file.fault("time", time.step ? "step" : "tolerance",
               "of `step`, `tolerance` and `courant` only one is to be given");
  }
  if (!time.step) return;
  if (*time.step > time.end) {
    file.fault("time", "step", fmt::format("{} is beyond the end, {}", *time.step, time.end));
  } else if (time.end / *time.step > most_steps) {
    file.fault(
        "time", "step",
        fmt::format("makes {:.2g} steps, more than {:.0g}", time.end / *time.step, most_steps));
  }
}

void check_folder(InputFile& file, const std::string& folder) {
  const std::filesystem::path path(folder);
  bool climbs = false;
  for (const auto& part : path) climbs = climbs || part == "..";
  if (path.is_absolute() || climbs) {
    file.fault("output", "folder",
               "an input file names a folder below the one the program is started in; for any "
               "other place use `--folder` on the command line");
  }
}

void check_interval(InputFile& file, const char* section, double interval, double end) {
  if (interval > end * (1.0 + whole)) {
    file.fault(section, "interval", fmt::format("{} is beyond the end, {}", interval, end));
  } else if (end / interval > most_events) {
    file.fault(section, "interval",
               fmt::format("makes {:.3g} of them, more than {:.0g}", end / interval, most_events));
  }
}

void check_output(InputFile& file, const RunSettings& settings) {
  const OutputSettings& output = settings.output;
  const double end = settings.time.end;
  check_folder(file, output.folder);
  if (output.frames && output.interval) {
    file.fault("output", "interval", "either `frames` or `interval` is to be given, not both");
  } else if (output.interval) {
    check_interval(file, "output", *output.interval, end);
    const double count = end / *output.interval;
    if (count >= 1.0 - whole && std::abs(count - std::round(count)) > whole * count) {
      file.fault("output", "interval",
                 fmt::format("[time] end = {} is not a whole number of intervals of {}", end,
                             *output.interval));
    }
  }
  if (output.file_layout() != FileLayout::pdebench) return;
  if (settings.grid.points.size() > 1) {
    file.fault("output", "layout", "PDEBench's layout holds one-dimensional fields only");
  }
  if (settings.components() > 1) {
    file.fault("output", "layout", "PDEBench's layout holds one scalar field only");
  }
  if (output.value_precision() != Precision::float32) {
    file.fault("output", "precision", "PDEBench's layout holds float32 values");
  }
}

void check_rest(InputFile& file, const RunSettings& settings, int ranks) {
  if (settings.diagnostics.interval) {
    check_interval(file, "diagnostics", *settings.diagnostics.interval, settings.time.end);
  }
  const std::string& every = settings.checkpoint.every;
  const auto seconds = parse_duration(every);
  if (every != "never" && (!seconds || *seconds <= 0.0)) {
    file.fault("checkpoint", "every",
               fmt::format("\"{}\" is no duration above zero like \"10min\" or \"1h30m\", nor "
                           "\"never\"",
                           every));
  }
  if (settings.ensemble.ranks_per_member > ranks) {
    file.fault("ensemble", "ranks_per_member",
               fmt::format("{} ranks are wanted for a member, there are {}",
                           settings.ensemble.ranks_per_member, ranks));
  }
}

void check_initial(InputFile& file, const RunSettings& settings) {
  for (const auto& fault : settings.problem.initial.faults(settings.grid.grid(), settings.fields(),
                                                           settings.problem.equation)) {
    file.fault("initial", "", fault);
  }
}

/// Whether some end of the domain takes up what sources give.
bool has_sink(const RunSettings& settings) {
  const Boundaries ends = settings.grid.boundaries();
  bool found = false;
  for (std::size_t a = 0; a < settings.grid.points.size(); ++a) {
    for (const BoundaryKind kind : ends[a]) {
      found |= kind == BoundaryKind::dirichlet || kind == BoundaryKind::absorbing;
    }
  }
  return found;
}

void check_given(InputFile& file, const RunSettings& settings) {
  for (const GivenFieldSettings& given : settings.problem.given) {
    const std::string section = given.section_name();
    for (const auto& fault : given.faults(settings.grid.grid(), settings.problem.equation)) {
      file.fault(section, "", fault);
    }
    const double everywhere = given.uniform_value(given.field.mean);
    if (given.what.name != "source" || !given.is_uniform() || everywhere == 0.0) continue;
    if (has_sink(settings)) continue;
    file.fault(section, "",
               fmt::format("is {} everywhere, and no end of the domain takes that up: expected a "
                           "source of zero mean, or a \"dirichlet\" or \"absorbing\" end",
                           everywhere));
  }
}

void add_notes(RunSettings& settings) {
  if (settings.network) add_graph_notes(settings);
  if (!settings.is_spectral()) return;
  const int degree = settings.spectral_form().degree;
  if (settings.grid.dealiasing == "none" && degree > 1) {
    settings.notes.emplace_back(
        "[grid] dealiasing = \"none\": products of fields alias onto the kept modes");
  }
  if (settings.grid.dealiasing == "2/3" && degree > 2) {
    settings.notes.push_back(
        fmt::format("[grid] dealiasing = \"2/3\": products of {} fields alias onto the kept modes; "
                    "\"1/2\" or \"auto\" keeps them out",
                    degree));
  }
  if (settings.problem.form == "vector" && settings.grid.points.size() == 1) {
    settings.notes.emplace_back("[equation] form: in one dimension the vector form is the scalar");
  }
}

}  // namespace

void find_faults(InputFile& file, RunSettings& settings, const Machine& machine) {
  if (!settings.grid.points.empty()) {
    check_grid(file, settings);
    check_boundary(file, settings);
    check_formulas(file, settings);
    if (settings.network) check_graph(file, settings);
    if (!file.has_faults()) check_method(file, settings);
  }
  check_time(file, settings);
  check_output(file, settings);
  check_rest(file, settings, machine.ranks);
  if (file.has_faults() || settings.grid.points.empty()) return;
  settings.is_steady() ? check_given(file, settings) : check_initial(file, settings);
  refuse_too_large(file, settings, machine);
  add_notes(settings);
}

}  // namespace parapet
