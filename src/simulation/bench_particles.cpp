#include "simulation/bench_particles.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include "methods/cell_methods.hpp"
#include "methods/density/cell_convolution.hpp"
#include "methods/density/density_process.hpp"
#include "methods/particles/migration_time.hpp"
#include "methods/particles/particle_cells.hpp"
#include "simulation/bench_particle_kernels.hpp"

namespace parapet {

namespace {

constexpr int trials = 3;
constexpr int mesh_steps = 32;  // particles are sorted once in so many

struct Case {
  std::string_view name;
  AnyEquation equation;
  std::string interaction;
  double step;
  double cutoff = 0.0;
};

Grid square(std::int64_t points) {
  Grid grid;
  grid.dimensions = 2;
  grid.points = {points, points, 1};
  grid.lower.fill(-4.0), grid.length.fill(8.0);
  grid.is_periodic.fill(false);
  return grid;
}

Boundaries closed() {
  Boundaries ends{};
  for (auto& axis : ends) axis = {BoundaryKind::no_flux, BoundaryKind::no_flux};
  return ends;
}

/// A bump off the middle that reaches most of the square.
std::vector<double> bump(const Grid& grid, const Box& box) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < box.count[0]; ++i) {
    for (std::int64_t j = 0; j < box.count[1]; ++j) {
      const double x = grid.coordinate(0, box.offset[0] + i) - 0.3;
      const double y = grid.coordinate(1, box.offset[1] + j) + 0.2;
      values.push_back(std::exp(-0.5 * (x * x + y * y)) / 6.283185307179586);
    }
  }
  return values;
}

/// Particles in the square that have done a step.
struct Started {
  MethodOptions options{"particles", "auto", 0, {}};
  Grid grid;
  std::optional<CellGrid> cells;
  std::unique_ptr<Solver> solver;

  Started(const Communicator& world, const Case& one, std::int64_t points, std::int64_t particles) {
    options.particles.count = particles;
    options.particles.interaction = one.interaction;
    options.particles.cutoff = one.cutoff;
    grid = square(points);
    const CellTraits traits = cell_traits(one.equation, "", 2, options);
    options.integrator = traits.integrators.front();
    cells.emplace(world, grid, closed(), traits.ghosts, traits.reach);
    solver = make_cell_solver(*cells, options, "", {one.equation}, {one.step});
    solver->set_points(0, 0, bump(grid, solver->point_box()));
    solver->set_progress(0, {});
    take(1);
  }
  void take(int steps) {
    constexpr double far = 1e9;
    for (int i = 0; i < steps; ++i) solver->step(far);
  }
};

StepTime step_time(const Communicator& world, Started& run, int steps) {
  StepTime time = best_of(world, trials, [&] { run.take(steps); });
  time.seconds /= steps;
  return time;
}

Case through_a_mesh() {
  return {"mesh", MorseSwarm{}, "mesh", 0.01};
}

/// Of the bump's particles some 500 are within the cutoff of one.
Case within_a_cutoff() {
  return {"cells", MorseSwarm{}, "cells", 0.001, 0.1};
}

/// The pairs within a distance of a density of one, N²/2 ∫∫_{|r|<R} ρ ρ for a small R.
double near_pairs(Started& run, const Communicator& world, double particles, double cutoff) {
  const auto density = bump(run.grid, run.solver->point_box());
  double sum = 0.0, square = 0.0;
  for (const double value : density) sum += value, square += value * value;
  sum = world.all_reduce(sum, Reduction::sum), square = world.all_reduce(square, Reduction::sum);
  const double cell = run.grid.spacing(0) * run.grid.spacing(1);
  const double mean_density = square / (sum * sum * cell);
  return 0.5 * particles * particles * mean_density * std::numbers::pi * cutoff * cutoff;
}

std::string cells_text(const Communicator& world, bool is_short) {
  const std::int64_t particles = is_short ? 10'000 : 200'000;
  const Case one = within_a_cutoff();
  Started run(world, one, 64, particles);
  const StepTime step = step_time(world, run, 2);
  const auto count = static_cast<double>(particles);
  const double pairs = near_pairs(run, world, count, one.cutoff);
  const double exponentials = exponential_rate(world, is_short);
  return fmt::format(
      "  \"particles_cells\": {{\"particles\": {}, \"neighbours\": {:.4g}, \"step_ms\": {:.4g}, "
      "\"particle_steps_per_s\": {:.4g}, \"pairs_within_per_s\": {:.4g}, "
      "\"over_their_exponentials\": {:.3g}, \"waiting\": {:.3g}}},\n",
      particles, 2.0 * pairs / count, step.seconds * 1e3, count / step.seconds,
      pairs / step.seconds, 2.0 * pairs / step.seconds / exponentials, step.waiting);
}

std::string free_text(const Communicator& world, bool is_short) {
  const std::int64_t particles = is_short ? 100'000 : 5'000'000;
  std::string text;
  for (const Case& one : {Case{"double_well", DoubleWell{}, "auto", 0.01},
                          Case{"ornstein_uhlenbeck", OrnsteinUhlenbeck{}, "auto", 0.01}}) {
    Started run(world, one, 64, particles);
    const double seconds = step_time(world, run, 3).seconds;
    text += fmt::format(
        "  \"particles_{}_2d\": {{\"particles\": {}, \"step_ms\": {:.4g}, "
        "\"particle_steps_per_s\": {:.4g}}},\n",
        one.name, particles, seconds * 1e3, static_cast<double>(particles) / seconds);
  }
  return text;
}

/// The Fourier transforms of a step alone.
double convolution_seconds(const Communicator& world, Started& run) {
  const DensityProcess process = density_process(through_a_mesh().equation, 2);
  CellConvolution convolution(*run.cells, process.interaction);
  std::vector<double> density(run.cells->layout().size, 1.0), potential(density.size());
  return best_of(world, trials, [&] { convolution.apply(density.data(), potential.data()); })
      .seconds;
}

std::string mesh_text(const Communicator& world, bool is_short) {
  const std::int64_t particles = is_short ? 100'000 : 10'000'000, points = is_short ? 64 : 512;
  Started run(world, through_a_mesh(), points, particles);
  const Timer timer;
  const double migrated = seconds_migrating();
  const StepTime step = step_time(world, run, mesh_steps);
  const double migration =
      world.all_reduce((seconds_migrating() - migrated) / timer.seconds(), Reduction::maximum);
  const double state = 2.0 * sizeof(double) * static_cast<double>(particles);
  const double bytes =
      world.all_reduce(static_cast<double>(run.solver->memory_bytes()), Reduction::sum);
  return fmt::format(
      "  \"particles_mesh\": {{\"particles\": {}, \"points\": {}, \"step_ms\": {:.4g}, "
      "\"particle_steps_per_s\": {:.4g}, \"convolution_share\": {:.3g}, "
      "\"migration_share\": {:.3g}, \"waiting\": {:.3g}, "
      "\"bytes_a_particle_beside_its_place\": {:.3g}}},\n",
      particles, points, step.seconds * 1e3, static_cast<double>(particles) / step.seconds,
      convolution_seconds(world, run) / step.seconds, migration, step.waiting,
      (bytes - state) / static_cast<double>(particles));
}

}  // namespace

std::vector<ScalingCase> particle_scaling(bool is_short) {
  return {{"particles_kuramoto_noise",
           [=](const Communicator& ranks) {
             return time_oscillators(ranks, is_short ? 200'000 : 10'000'000, true, 3);
           }},
          {"particles_mesh",
           [=](const Communicator& ranks) {
             Started run(ranks, through_a_mesh(), is_short ? 64 : 512,
                         is_short ? 100'000 : 5'000'000);
             return step_time(ranks, run, mesh_steps);
           }},
          {"particles_cells", [=](const Communicator& ranks) {
             Started run(ranks, within_a_cutoff(), 64, is_short ? 10'000 : 200'000);
             return step_time(ranks, run, 2);
           }}};
}

std::string bench_particles(const Communicator& world, std::int64_t most_particles, bool is_short) {
  return bench_oscillators(world, most_particles, is_short) + bench_pairs(world, is_short) +
         free_text(world, is_short) + mesh_text(world, is_short) + cells_text(world, is_short);
}

}  // namespace parapet
