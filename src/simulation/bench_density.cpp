#include "simulation/bench_density.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "methods/density/density_stepper.hpp"

namespace parapet {

namespace {

using Field = EdgeRates::Field;
constexpr int trials = 3;

struct Case {
  std::string_view name;
  AnyEquation equation;
  double lower, length, step;
};

struct Timing : StepTime {
  int iterations = 0;
};

Boundaries closed() {
  Boundaries ends{};
  for (auto& axis : ends) axis = {BoundaryKind::no_flux, BoundaryKind::no_flux};
  return ends;
}

Grid closed_grid(const Case& one, int dimensions, std::int64_t points) {
  Grid grid;
  grid.dimensions = dimensions;
  for (std::size_t a = 0; a < static_cast<std::size_t>(dimensions); ++a) {
    grid.points[a] = points;
    grid.lower[a] = one.lower, grid.length[a] = one.length;
    grid.is_periodic[a] = false;
  }
  return grid;
}

/// A bump off the middle.
Field bump(const CellGrid& cells, const EdgeRates& rates) {
  Field u = rates.make_field();
  const Grid& grid = cells.grid();
  cells.layout().for_each_row(
      [&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
        std::array<std::int64_t, 3> cell{i, j, k};
        for (std::ptrdiff_t x = row; x < row + cells.layout().row_length(); ++x) {
          double square = 0.0;
          for (std::size_t a = 0; a < static_cast<std::size_t>(grid.dimensions); ++a) {
            const double at = static_cast<double>(cells.block().offset[a] + cell[a]) + 0.5;
            const double r = at / static_cast<double>(grid.points[a]) - 0.4;
            square += r * r;
          }
          u.data()[x] = std::exp(-100.0 * square);
          ++cell[static_cast<std::size_t>(cells.layout().row_axis)];
        }
      });
  return u;
}

template <class F>
Timing best(const Communicator& world, F&& work) {
  int iterations = work();  // makes the preconditioner
  const StepTime time = best_of(world, trials, [&] { iterations = std::max(iterations, work()); });
  return {time, iterations};
}

Timing time_steps(const Communicator& world, const Case& one, int d, std::int64_t points,
                  DensityIntegrator integrator) {
  CellGrid cells(world, closed_grid(one, d, points), closed(), 1, GhostReach::faces);
  RateGenerator generator(cells, density_process(one.equation, d), /*is_centred=*/true);
  DensityStepper stepper(cells, integrator);
  Field u = bump(cells, generator.rates());
  return best(world, [&] {
    stepper.step(generator, one.step, u);
    return stepper.iterations();
  });
}

/// One solve of (1 − τ D ∇²) v = b, to 1e-13 of b.
Timing time_heat(const Communicator& world, const Case& one, int d, std::int64_t points) {
  CellGrid cells(world, closed_grid(one, d, points), closed(), 1, GhostReach::faces);
  FokkerPlanck heat;
  heat.D.texts = {"0.25"};
  RateGenerator generator(cells, density_process(heat, d), /*is_centred=*/true);
  const Field b = bump(cells, generator.rates());
  Field v = generator.rates().make_field();
  double square = 0.0;
  for (std::size_t x = 0; x < b.size(); ++x) square += b.data()[x] * b.data()[x];
  const double norm = std::sqrt(world.all_reduce(square, Reduction::sum));
  RateEquation& equation = generator.equation();
  return best(world, [&] { return equation.solve(one.step, b.data(), v.data(), 1e-13 * norm); });
}

std::string line(const Communicator& world, const Case& one, int d, std::int64_t points) {
  const Timing heat = time_heat(world, one, d, points);
  std::string text;
  for (const auto integrator : {DensityIntegrator::backward_euler, DensityIntegrator::sdirk2}) {
    const Timing step = time_steps(world, one, d, points, integrator);
    text += fmt::format(
        "  \"density_{}_{}d_{}\": {{\"points\": {}, \"step_ms\": {:.4g}, \"iterations\": {}, "
        "\"heat_solve_ms\": {:.4g}, \"heat_iterations\": {}, \"step_over_heat\": {:.3g}}},\n",
        one.name, d, density_integrators[static_cast<std::size_t>(integrator)], points,
        step.seconds * 1e3, step.iterations, heat.seconds * 1e3, heat.iterations,
        step.seconds / heat.seconds);
  }
  return text;
}

Case double_well() {
  return {"double_well", DoubleWell{}, -2.0, 4.0, 0.1};
}

}  // namespace

std::vector<ScalingCase> density_scaling(bool is_short) {
  return {{"density_double_well_2d_backward-euler", [=](const Communicator& ranks) {
             return time_steps(ranks, double_well(), 2, is_short ? 128 : 512,
                               DensityIntegrator::backward_euler);
           }}};
}

std::string bench_density(const Communicator& world, bool is_short) {
  const Case wells = double_well();
  const Case swirl{"ornstein_uhlenbeck", OrnsteinUhlenbeck{}, -4.0, 8.0, 0.05};
  UnderdampedLangevin heavy;
  heavy.gamma.value = 0.2, heavy.T.value = 0.15, heavy.k.value = -1.0, heavy.q.value = 1.0;
  const Case phase_space{"underdamped_langevin", heavy, -2.2, 4.4, 0.02};
  std::string text;
  for (const Case& one : {wells, swirl, phase_space}) {
    text += line(world, one, 2, is_short ? 128 : 512);
  }
  return text + line(world, wells, 3, is_short ? 24 : 64);
}

}  // namespace parapet
