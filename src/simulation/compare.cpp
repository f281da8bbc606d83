#include "simulation/compare.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "diagnostics/wasserstein.hpp"
#include "methods/particles/particle_process.hpp"
#include "methods/particles/particle_solver.hpp"
#include "simulation/compare_report.hpp"
#include "simulation/forecast.hpp"
#include "simulation/method.hpp"

namespace parapet {

namespace {

/// What one view of the process is at the frames: the cells' densities on every rank, and the
/// method's own quantities.
struct View {
  Grid grid;
  std::vector<double> times;
  std::vector<std::vector<double>> densities;
  std::vector<std::vector<double>> quantities;
  std::vector<std::string> names;

  double quantity(std::size_t frame, const std::string& name) const {
    const auto found = std::ranges::find(names, name);
    return quantities[frame][static_cast<std::size_t>(found - names.begin())];
  }
};

RunSettings settings_of(const Communicator& world, const CompareOptions& options,
                        std::vector<std::string> further) {
  std::vector<std::string> overrides = options.overrides;
  overrides.insert(overrides.end(), further.begin(), further.end());
  return RunSettings::read(world, options.input, overrides, Machine::here(world));
}

std::vector<double> whole(const Communicator& world, const Grid& grid, Solver& solver) {
  const Box box = solver.point_box();
  std::vector<double> mine(static_cast<std::size_t>(box.size()));
  double* const to = mine.data();
  solver.to_points(0, 0, {&to, 1});
  std::vector<double> all(static_cast<std::size_t>(grid.point_count()), 0.0);
  const double* from = mine.data();
  for (std::int64_t i = 0; i < box.count[0]; ++i) {
    for (std::int64_t j = 0; j < box.count[1]; ++j) {
      const std::int64_t row =
          ((box.offset[0] + i) * grid.points[1] + box.offset[1] + j) * grid.points[2];
      std::copy_n(from, box.count[2], all.begin() + row + box.offset[2]);
      from += box.count[2];
    }
  }
  world.all_reduce(std::span<double>(all), Reduction::sum);
  return all;
}

View view_of(const Communicator& world, const RunSettings& settings) {
  const auto method = make_method(world, settings, {});
  const auto solver = method->make_solver(0, 1);
  method->start(*solver, 0, 0);
  View view{
      settings.grid.grid(), schedule_of(settings).frame_times(), {}, {}, settings.quantities()};
  for (const double time : view.times) {
    while (solver->progress(0).time < time) solver->step(time);
    solver->require_finite(0, 0);
    view.densities.push_back(whole(world, view.grid, *solver));
    view.quantities.push_back(solver->quantities(0));
  }
  return view;
}

/// The marginal along an axis, as what its cells hold.
std::vector<double> marginal(const Grid& grid, const std::vector<double>& density, int axis) {
  const auto a = static_cast<std::size_t>(axis);
  std::int64_t stride = 1;
  for (std::size_t later = a + 1; later < 3; ++later) stride *= grid.points[later];
  std::vector<double> sums(static_cast<std::size_t>(grid.points[a]), 0.0);
  for (std::size_t cell = 0; cell < density.size(); ++cell) {
    sums[static_cast<std::size_t>(static_cast<std::int64_t>(cell) / stride % grid.points[a])] +=
        density[cell];
  }
  return sums;
}

/// ∫ |F − G| of two distributions on a line, each constant on its cells but for their slope.
double wasserstein_1(std::span<const double> a, std::span<const double> b, double spacing) {
  double of_a = 0.0, of_b = 0.0, up_to_a = 0.0, up_to_b = 0.0, sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) of_a += a[i], of_b += b[i];
  for (std::size_t i = 0; i < a.size(); ++i) {
    up_to_a += a[i] / of_a, up_to_b += b[i] / of_b;
    sum += std::abs(up_to_a - up_to_b) * spacing;
  }
  return sum;
}

Distance distance(const View& particles, const View& density, std::size_t frame, double count) {
  const Grid& grid = density.grid;
  const auto& p = particles.densities[frame];
  const auto& u = density.densities[frame];
  double volume = 1.0, mass = 0.0, difference = 0.0, spread = 0.0;
  for (int a = 0; a < grid.dimensions; ++a) volume *= grid.spacing(a);
  for (const double value : u) mass += value * volume;
  for (std::size_t i = 0; i < u.size(); ++i) {
    const double share = u[i] * volume / mass;
    difference += (p[i] - u[i]) * (p[i] - u[i]) * volume;
    spread += share * (1.0 - share);
  }
  Distance found;
  found.time = density.times[frame];
  found.l2 = std::sqrt(difference);
  found.expected_l2 = mass * std::sqrt(spread / (count * volume));
  for (int a = 0; a < grid.dimensions; ++a) {
    const auto of_particles = marginal(grid, p, a), of_density = marginal(grid, u, a);
    const double h = grid.spacing(a);
    found.w1 += wasserstein_1(of_particles, of_density, h) / grid.dimensions;
    found.w2 += squared_wasserstein(of_particles, of_density, h) / grid.dimensions;
    const std::string axis(1, "xyz"[a]);
    const double off = std::abs(particles.quantity(frame, "mean_" + axis) -
                                density.quantity(frame, "mean_" + axis));
    found.mean_off =
        std::max(found.mean_off, off / particles.quantity(frame, "mean_error_" + axis));
  }
  found.w2 = std::sqrt(found.w2);
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

}  // namespace

std::string compare_report(const Communicator& world, const CompareOptions& options) {
  require_both_views(world, options);
  const RunSettings density_settings = settings_of(world, options, as_density(options));
  const View density = view_of(world, density_settings);
  auto counts = options.particles;
  if (counts.empty()) counts = {1000, 10'000, 100'000};
  std::vector<CompareSeries> all;
  for (const std::int64_t count : counts) {
    const RunSettings settings = settings_of(
        world, options,
        as_particles(options, density_settings.problem, density_settings.dimensions(), count));
    const View particles = view_of(world, settings);
    CompareSeries series{count,
                         choose_interaction(settings.problem.equation, settings.grid.grid(),
                                            settings.method_options().particles)
                             .name,
                         {},
                         particles.densities.back()};
    for (std::size_t frame = 0; frame < density.times.size(); ++frame) {
      series.frames.push_back(distance(particles, density, frame, static_cast<double>(count)));
    }
    all.push_back(std::move(series));
  }
  const std::string& name = density_settings.problem.name;
  if (!options.is_json) return compare_text(name, all);
  return compare_json(name, density.grid, density.densities.back(), all);
}

}  // namespace parapet
