#include "simulation/compare.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "methods/particles/particle_process.hpp"
#include "methods/particles/particle_solver.hpp"
#include "simulation/compare_report.hpp"
#include "simulation/compare_view.hpp"
#include "simulation/forecast.hpp"

namespace parapet {

namespace {

RunSettings settings_of(const Communicator& world, const CompareOptions& options,
                        std::vector<std::string> further) {
  std::vector<std::string> overrides = options.overrides;
  overrides.insert(overrides.end(), further.begin(), further.end());
  return RunSettings::read(world, options.input, overrides, Machine::here(world));
}

/// A process's density and, where its particles act on each other, what the moments of their places
/// are off by, see spread_of_moments().
struct Reference {
  ProcessView density;
  std::vector<std::vector<double>> spread{};

  /// The standard error of a moment of so many particles' places: of independent ones it is that of
  /// their spread.
  double error(const ProcessView& particles, std::size_t frame, std::size_t which, int axis,
               double count) const {
    if (spread.empty()) {
      return particles.quantity(frame,
                                fmt::format("{}_error_{}", compared_moments[which], "xyz"[axis]));
    }
    const auto d = static_cast<std::size_t>(density.grid.dimensions);
    return spread[frame][which * d + static_cast<std::size_t>(axis)] / std::sqrt(count);
  }
  /// The density's, which is constant within cells as what particles start from is.
  double moment(std::size_t frame, std::size_t which, int axis) const {
    const char x = "xyz"[axis];
    if (which == 0) return density.quantity(frame, fmt::format("mean_{}", x));
    const double spacing = density.grid.spacing(axis);
    return density.quantity(frame, fmt::format("covariance_{}{}", x, x)) + spacing * spacing / 12.0;
  }
};

/// The largest over the axes with ends: round the others a mean is none.
Offset moment_offset(const Reference& reference, const ProcessView& particles, std::size_t frame,
                     std::size_t which, double count) {
  Offset largest{-1.0, 0.0};
  for (int a = 0; a < reference.density.grid.dimensions; ++a) {
    if (reference.density.grid.is_periodic[static_cast<std::size_t>(a)]) continue;
    const std::string name = fmt::format("{}_{}", compared_moments[which], "xyz"[a]);
    const double error = reference.error(particles, frame, which, a, count);
    const double off =
        std::abs(particles.quantity(frame, name) - reference.moment(frame, which, a)) / error;
    if (!(off <= largest.errors)) largest = {off, error};
  }
  return largest;
}

Distance distance(const Communicator& world, const Reference& reference,
                  const ProcessView& particles, std::size_t frame, double count) {
  const Grid& grid = reference.density.grid;
  const auto& p = particles.densities[frame];
  const auto& u = reference.density.densities[frame];
  double volume = 1.0, mass = 0.0, difference = 0.0, spread = 0.0;
  for (int a = 0; a < grid.dimensions; ++a) volume *= grid.spacing(a);
  for (const double value : u) mass += value * volume;
  for (std::size_t i = 0; i < u.size(); ++i) {
    const double share = u[i] * volume / mass;
    difference += (p[i] - u[i]) * (p[i] - u[i]) * volume;
    spread += share * (1.0 - share);
  }
  Distance found;
  found.time = reference.density.times[frame];
  found.l2 = std::sqrt(difference);
  found.expected_l2 = mass * std::sqrt(spread / (count * volume));
  found.sliced = sliced_distance(world, grid, p, u, count);
  found.mean = moment_offset(reference, particles, frame, 0, count);
  found.variance = moment_offset(reference, particles, frame, 1, count);
  return found;
}

/// Of the two views' settings those that only one of them knows.
std::vector<std::string> as_view(const CompareOptions& options, std::vector<std::string> own) {
  own.emplace_back("method.order=0");
  if (options.step > 0.0) own.push_back(fmt::format("time.step={}", options.step));
  return own;
}
std::vector<std::string> as_density(const CompareOptions& options) {
  return as_view(options, {"method.name=finite-volume", "method.integrator=sdirk2"});
}
/// By second-order steps where the process allows them.
std::vector<std::string> as_particles(const CompareOptions& options, const ProblemSettings& problem,
                                      int dimensions, std::int64_t count) {
  const ParticleProcess process = particle_process(problem.equation, dimensions);
  const bool is_diagonal = !process.density.has_cross_diffusion;
  return as_view(options, {"method.name=particles", fmt::format("particles.count={}", count),
                           process.has_constant_diffusion ? "method.integrator=heun"
                           : is_diagonal                  ? "method.integrator=platen"
                                                          : "method.integrator=auto"});
}

void require_both_views(const Communicator& world, const CompareOptions& options) {
  const RunSettings settings = settings_of(world, options, {});
  const auto methods = methods_of(settings.problem.equation);
  require(std::ranges::count(methods, "particles") > 0, ExitCode::bad_input,
          fmt::format("{}: \"{}\" has no particles to compare its density with", options.input,
                      settings.problem.name));
}

std::string interaction_of(const RunSettings& settings) {
  return choose_interaction(settings.problem.equation, settings.grid.grid(),
                            settings.method_options().particles)
      .name;
}

/// `few`: the settings of a few particles.
Reference reference_of(const Communicator& world, const RunSettings& density,
                       const RunSettings& few) {
  Reference reference{view_of(world, density)};
  if (interaction_of(few) != "none") reference.spread = spread_of_moments(world, few);
  return reference;
}

}  // namespace

std::string compare_report(const Communicator& world, const CompareOptions& options) {
  require_both_views(world, options);
  const RunSettings density_settings = settings_of(world, options, as_density(options));
  auto counts = options.particles;
  if (counts.empty()) counts = {1000, 10'000, 100'000};
  const auto with = [&](std::int64_t count) {
    return settings_of(
        world, options,
        as_particles(options, density_settings.problem, density_settings.dimensions(), count));
  };
  const Reference reference = reference_of(
      world, density_settings, with(std::min<std::int64_t>(1000, std::ranges::min(counts))));
  std::vector<CompareSeries> all;
  for (const std::int64_t count : counts) {
    const RunSettings settings = with(count);
    const ProcessView particles = view_of(world, settings);
    CompareSeries series{count, interaction_of(settings), {}, particles.densities.back()};
    for (std::size_t frame = 0; frame < particles.times.size(); ++frame) {
      series.frames.push_back(
          distance(world, reference, particles, frame, static_cast<double>(count)));
    }
    all.push_back(std::move(series));
  }
  const ProcessView& density = reference.density;
  const std::string& name = density_settings.problem.name;
  if (!options.is_json) return compare_text(name, all);
  return compare_json(name, density.grid, density.densities.back(), all);
}

}  // namespace parapet
