#include "simulation/run_settings.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/text.hpp"
#include "simulation/restart_settings.hpp"
#include "simulation/run_faults.hpp"
#include "simulation/varied.hpp"

namespace parapet {

std::vector<Section> RunSettings::sections() {
  auto all = problem.sections();
  all.push_back(section_of("grid", "a uniform grid in 1, 2 or 3 dimensions", grid));
  all.push_back(section_of("graph",
                           "in the place of [grid], for reaction and diffusion: the nodes of a "
                           "network, between which edges carry D w_ij (u_j - u_i)",
                           graph));
  all.push_back(section_of("method", "how the equation is discretised", method));
  all.push_back(section_of(
      "particles",
      "a system of particles or, with [method] name = \"particles\", a process itself, not its "
      "density",
      particles));
  if (!is_steady()) all.push_back(section_of("time", "how far and with which steps", time));
  all.push_back(section_of("output", "the run folder and its trajectory", output));
  all.push_back(section_of("diagnostics", "what is watched in time", diagnostics));
  all.push_back(section_of("checkpoint", "how often the state is saved", checkpoint));
  all.push_back(section_of("ensemble", "how many solutions, and how ranks share them", ensemble));
  return all;
}

RunSettings RunSettings::read(const Communicator& world, const std::string& path,
                              const std::vector<std::string>& overrides, const Machine& machine) {
  auto file = InputFile::read(world, path, overrides);
  RunSettings settings;
  // Of an equation that does not exist no key is known: only its name is at fault.
  const bool is_known = settings.choose_equation(file);
  if (!is_known) file.allow_section("equation");
  const bool is_on_graph = file.has_section("graph");
  for (const Section& section : settings.sections()) {
    if (section.name == (is_on_graph ? "grid" : "graph")) continue;
    // Beside a density's method it stands for the other view of the process.
    const auto methods = methods_of(settings.problem.equation);
    const bool has_particles =
        settings.has_particles() ||
        (file.has_section("particles") && std::ranges::count(methods, "particles") > 0);
    if (section.name == "particles" && !has_particles) continue;
    if (is_known || section.name != "equation") file.read(section);
  }
  for (const auto& section : learning_sections()) file.allow_section(section);
  settings.petsc = file.free_entries("petsc");
  if (settings.is_steady()) settings.leave_time_out(file);
  read_varied(file, settings);
  settings.find_files(world, path);
  if (is_on_graph) settings.make_network(world, file, machine);
  settings.read_particle_table(world, file);
  find_faults(file, settings, machine);
  file.finish(world);
  for (const Section& section : settings.sections()) {
    settings.places.emplace_back(section.name, file.place_of(section.name));
  }
  settings.resolved = file.resolved();
  settings.name = path;
  return settings;
}

void RunSettings::find_files(const Communicator& world, const std::string& input) {
  const auto folder = std::filesystem::path(input).parent_path();
  for (std::string* const file :
       {&problem.initial.file, &problem.carrier.file, &graph.file, &particles.table}) {
    if (file->empty()) continue;
    if (world.is_root() && !std::filesystem::exists(*file) &&
        std::filesystem::is_regular_file(folder / *file)) {
      *file = (folder / *file).string();
    }
    world.broadcast(*file);
  }
}

Failure RunSettings::placed(const Failure& failure) const {
  const std::string_view said = failure.what();
  for (const auto& [section, place] : places) {
    if (!said.starts_with("[" + section + "]")) continue;
    return {failure.code(), fmt::format("{}: {}", place, said), failure.is_collective()};
  }
  return failure;
}

void RunSettings::leave_time_out(InputFile& file) {
  const std::string why = fmt::format("the equation \"{}\" has no time", problem.name);
  for (const char* const section : {"time", "initial", "equation.forcing"}) {
    if (!file.has_section(section)) continue;
    file.allow_section(section);
    file.fault(section, "", fmt::format("{}: leave [{}] out", why, section));
  }
  if (output.frames) file.fault("output", "frames", why + ": it makes one frame");
  if (output.interval) file.fault("output", "interval", why + ": it makes one frame");
  if (diagnostics.interval) file.fault("diagnostics", "interval", why);
  time.end = 0.0;
  output.frames = 1;
  output.interval = diagnostics.interval = std::nullopt;
}

bool RunSettings::choose_equation(InputFile& file) {
  const bool had_faults = file.has_faults();
  file.read(problem.name_section());
  if (file.has_faults() && !had_faults) return false;
  return problem.choose(std::string(problem.name));
}

bool RunSettings::is_steady() const {
  return problem.is_steady();
}

std::optional<int> RunSettings::only_dimensions() const {
  return std::visit(
      []<class Equation>(const Equation&) -> std::optional<int> {
        if constexpr (HasOwnDimensions<Equation>) return Equation::dimensions;
        return std::nullopt;
      },
      problem.equation);
}

std::vector<FieldName> RunSettings::fields() const {
  return fields_of(problem.equation, problem.form, dimensions());
}

int RunSettings::components() const {
  int count = 0;
  for (const FieldName& field : fields()) count += field.components;
  return count;
}

std::string RunSettings::method_name() const {
  if (method.name != "auto") return method.name;
  if (network) return "finite-difference";
  const auto methods = methods_of(problem.equation);
  const auto fits = [&](const std::string& one) {
    return one != "spectral" ||
           (!needs_cells(problem.equation) && boundary_beyond_spectral().empty());
  };
  const auto first = std::ranges::find_if(methods, fits);
  return first == methods.end() ? methods.front() : *first;
}

std::string RunSettings::boundary_beyond_spectral() const {
  const Boundaries ends = grid.boundaries();
  for (std::size_t a = 0; a < grid.points.size(); ++a) {
    for (const BoundaryKind kind : ends[a]) {
      if (kind == BoundaryKind::periodic) continue;
      if (!spectral_form().keeps_mirror_images) {
        return fmt::format(
            "the spectral method of \"{}\" has odd derivatives, which cosines do not: "
            "it needs \"periodic\" ends",
            problem.name);
      }
      if (kind == BoundaryKind::no_flux) continue;
      return fmt::format("the spectral method has \"periodic\" and \"no-flux\" ends, not \"{}\"",
                         name_of(kind));
    }
  }
  return {};
}

MethodOptions RunSettings::method_options() const {
  MethodOptions options{
      method_name(),  method.integrator,      method.order, grid.boundary_values, method.flux,
      method.limiter, method.solve_tolerance, petsc,        method.viscosity};
  if (network) options.graph = &*network;
  options.derived = output.derived;
  options.particles.count = particles.count;
  options.particles.interaction = particles.interaction;
  options.particles.division = particles.division;
  options.particles.softening = particles.softening;
  options.particles.cutoff = particles.cutoff;
  options.particles.batch = particles.batch;
  if (table) options.particles.table = &*table;
  options.particles.seed = static_cast<std::uint64_t>(ensemble.seed);
  return options;
}

std::string RunSettings::spectral_integrator() const {
  if (method.integrator != "auto") return method.integrator;
  const auto names = integrators_of(problem.equation);
  const bool has_steps = time.step || time.tolerance;
  return !has_steps && names.back() == "exact" ? names.back() : names.front();
}

CellTraits RunSettings::cell_form() const {
  return cell_traits(problem.equation, problem.form, dimensions(), method_options());
}

bool RunSettings::has_carrier_file() const {
  return std::holds_alternative<Continuity>(problem.equation) && !problem.carrier.file.empty();
}

bool RunSettings::has_absorbing_ends() const {
  return std::ranges::any_of(grid.boundaries(), [](const auto& ends) {
    return std::ranges::count(ends, BoundaryKind::absorbing) > 0;
  });
}

bool RunSettings::conserves_mean() const {
  if (is_spectral()) return spectral_form().conserves_mean;
  const auto is_open = [](BoundaryKind kind) {
    return kind != BoundaryKind::periodic && kind != BoundaryKind::no_flux;
  };
  const bool has_open_ends = std::ranges::any_of(
      grid.boundaries(), [&](const auto& ends) { return std::ranges::any_of(ends, is_open); });
  return cell_form().conserves_mean && !has_open_ends;
}

std::vector<std::string> RunSettings::quantities() const {
  return is_spectral() ? spectral_form().quantities : cell_form().quantities;
}

namespace {

bool is_uniform(const std::vector<GivenFieldSettings>& given, const FieldName& field) {
  return std::ranges::any_of(given, [&](const GivenFieldSettings& one) {
    return one.what.name == field.name && one.is_uniform();
  });
}

}  // namespace

std::vector<FieldName> RunSettings::output_fields() const {
  auto all = fields();
  std::erase_if(all, [&](const FieldName& field) { return is_uniform(problem.given, field); });
  if (is_spectral()) return all;
  for (const FieldName& field : cell_form().derived_fields) all.push_back(field);
  return all;
}

int RunSettings::component_of(std::string_view wanted) const {
  auto all = fields();
  if (!is_spectral()) {
    for (const FieldName& field : cell_form().derived_fields) all.push_back(field);
  }
  int first = 0;
  for (const FieldName& field : all) {
    if (field.name == wanted) break;
    first += field.components;
  }
  return first;
}

SpectralFormTraits RunSettings::spectral_form() const {
  // An integrator that the equation has not is a fault that is told where integrators are checked.
  const std::string wanted = spectral_integrator();
  const bool is_known = std::ranges::count(integrators_of(problem.equation), wanted) > 0;
  return spectral_form_traits(problem.equation, problem.form, dimensions(),
                              is_known ? wanted : std::string());
}

SpectralTransform::Options RunSettings::transform_options() const {
  return grid.transform_options(spectral_form().degree);
}

StepControl RunSettings::step_control() const {
  StepControl control;
  control.step = time.step;
  if (time.tolerance) control.tolerance = *time.tolerance;
  if (time.courant) control.courant = *time.courant;
  return control;
}

ProblemSettings RunSettings::problem_of(std::int64_t member) const {
  ProblemSettings own = problem;
  const auto sections = own.sections();
  for (const auto& parameter : varied) {
    for (const Section& section : sections) {
      if (section.name != parameter.section) continue;
      for (const Setting& setting : section.settings) {
        if (setting.key != parameter.key) continue;
        *std::get<double*>(setting.target) = parameter.values[static_cast<std::size_t>(member)];
      }
    }
  }
  return own;
}

namespace {

std::vector<ForcingWave> steady_forcing(const AnyEquation& equation) {
  std::vector<ForcingWave> waves;
  std::visit(
      [&]<class Equation>(const Equation& e) {
        if constexpr (HasSteadyForcing<Equation>) {
          for (const SteadyWave& wave : e.steady_forcing()) {
            waves.push_back({wave.amplitude, 0.0, wave.phase, wave.wavenumber, wave.component});
          }
        }
      },
      equation);
  return waves;
}

}  // namespace

SpectralMember RunSettings::equation_of(std::int64_t member) const {
  const ProblemSettings own = problem_of(member);
  auto waves = draw_forcing(own.forcing, static_cast<std::uint64_t>(ensemble.seed),
                            static_cast<std::uint64_t>(member), dimensions(), components());
  for (const ForcingWave& wave : steady_forcing(own.equation)) waves.push_back(wave);
  return {own.equation, std::move(waves)};
}

namespace {

/// A given field that is one number everywhere, perhaps another in each member.
ScalarParameter uniform_parameter(const GivenFieldSettings& field,
                                  const std::vector<VariedParameter>& varied) {
  ScalarParameter parameter{std::string(field.what.name), {field.uniform_value(field.field.mean)}};
  for (const VariedParameter& own : varied) {
    if (own.section != field.section_name() || own.key != "mean") continue;
    parameter.values.clear();
    for (const double mean : own.values) parameter.values.push_back(field.uniform_value(mean));
  }
  return parameter;
}

}  // namespace

std::vector<ScalarParameter> RunSettings::equation_parameters() const {
  std::vector<ScalarParameter> all;
  AnyEquation equation = problem.equation;
  std::visit(
      [&](auto& e) {
        for (const Parameter* parameter : e.parameters()) {
          all.push_back({std::string(parameter->name), {parameter->value}});
        }
      },
      equation);
  for (const VariedParameter& own : varied) {
    if (own.section != "equation") continue;
    for (auto& parameter : all) {
      if (parameter.name == own.key) parameter.values = own.values;
    }
  }
  for (const GivenFieldSettings& field : problem.given) {
    if (field.is_uniform()) all.push_back(uniform_parameter(field, varied));
  }
  return all;
}

std::uint64_t RunSettings::state_hash() const {
  return hash_of_fixed_settings(resolved);
}

const std::vector<std::string>& learning_sections() {
  static const std::vector<std::string> sections = {"data", "model", "training", "evaluation",
                                                    "learn"};
  return sections;
}

}  // namespace parapet
