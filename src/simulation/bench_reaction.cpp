#include "simulation/bench_reaction.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "grid/aligned_array.hpp"
#include "methods/cell_methods.hpp"

namespace parapet {

namespace {

/// What of its first residual Newton's method leaves; PETSc's own default, with which its example
/// ex5 solves this system.
constexpr double newton_tolerance = 1e-8;

/// Seconds in which all ranks together read two fields of so many cells and write two others.
double copy_two_fields(const Communicator& world, std::int64_t cells, int trials) {
  const auto count = static_cast<std::size_t>(cells / world.size());
  std::vector<AlignedArray<double>> fields;
  for (int f = 0; f < 4; ++f) {
    std::fill_n(fields.emplace_back(count).data(), count, static_cast<double>(f));
  }
  return best_of(world, trials,
                 [&] {
                   for (std::size_t f = 0; f < 2; ++f) {
                     const double* from = fields[f].data();
                     double* to = fields[f + 2].data();
                     for (std::size_t i = 0; i < count; ++i) to[i] = from[i] + 1.0;
                     fields[f].data()[count / 2] += to[count / 2] * 1e-300;
                   }
                 })
      .seconds;
}

/// A smooth start near the state from which patterns grow.
void start(Solver& solver) {
  std::vector<double> values(static_cast<std::size_t>(solver.point_box().size()));
  for (int c = 0; c < solver.components(); ++c) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double wave = std::sin(1e-3 * static_cast<double>(i) + c);
      values[i] = c == 0 ? 0.8 + 0.1 * wave : 0.15 + 0.1 * wave;
    }
    solver.set_state(0, c, values);
  }
  solver.set_progress(0, {});
}

/// The best of several trials of so many steps, which are whole sweeps.
StepTime step_time(const Communicator& world, const Grid& grid, const GrayScott& equation,
                   const std::string& integrator, double dt, int steps) {
  MethodOptions options{"finite-difference", integrator, 2, {}};
  options.solve_tolerance = newton_tolerance;
  const CellTraits traits = cell_traits(equation, "", grid.dimensions, options);
  CellGrid cells(world, grid, {}, traits.ghosts, traits.reach);
  const auto solver = make_cell_solver(cells, options, "", {equation}, {dt});
  start(*solver);
  constexpr double far = 1e9;
  solver->step(far);
  const double at_start = solver->progress(0).steps;
  int trials = 0;
  StepTime time = best_of(world, 5, [&] {
    const double end = at_start + ++trials * steps;
    while (solver->progress(0).steps < end) solver->step(far);
  });
  time.seconds /= steps;
  return time;
}

Grid space(bool is_short) {
  Grid grid;
  grid.dimensions = 3;
  grid.points.fill(is_short ? 64 : 256);
  return grid;
}

/// On cells of width 1/n, both substances diffuse by a twentieth of a cell's area a step.
GrayScott explicit_equation(const Grid& grid) {
  GrayScott equation;
  const double n = static_cast<double>(grid.points[0]);
  equation.D_u.value = 0.05 / (n * n), equation.D_v.value = 0.025 / (n * n);
  return equation;
}

Grid plane(bool is_short) {
  Grid grid;
  grid.dimensions = 2;
  grid.points = {is_short ? 256 : 1024, is_short ? 256 : 1024, 1};
  grid.length.fill(2.5);
  return grid;
}

GrayScott stiff_equation() {
  GrayScott equation;
  equation.D_u.value = 8e-5, equation.D_v.value = 4e-5;
  equation.F.value = 0.024, equation.k.value = 0.06;
  return equation;
}

std::string explicit_text(const Communicator& world, bool is_short) {
  const Grid grid = space(is_short);
  const GrayScott equation = explicit_equation(grid);
  const double copy = copy_two_fields(world, grid.point_count(), is_short ? 20 : 5);
  std::string text;
  for (const char* integrator : {"euler", "ssprk3", "rk4"}) {
    const double step =
        step_time(world, grid, equation, integrator, 1.0, is_short ? 16 : 8).seconds;
    text += fmt::format(
        "  \"gray_scott_3d_{}\": {{\"points\": {}, \"step_ms\": {:.4g}, \"cell_updates_per_s\": "
        "{:.4g}, \"copy_two_fields_ms\": {:.4g}, \"rate_over_copy\": {:.3g}}},\n",
        integrator, grid.points[0], step * 1e3, static_cast<double>(grid.point_count()) / step,
        copy * 1e3, copy / step);
  }
  return text;
}

std::string stiff_text(const Communicator& world, bool is_short) {
  const Grid grid = plane(is_short);
  std::string text;
  for (const char* integrator : {"rkc", "crank-nicolson", "bdf2", "arkimex", "rosenbrock-w"}) {
    const double step = step_time(world, grid, stiff_equation(), integrator, 1.0, 4).seconds;
    text += fmt::format(
        "  \"gray_scott_2d_dt_1_{}\": {{\"points\": {}, \"tolerance\": {:g}, \"step_ms\": "
        "{:.4g}}},\n",
        integrator, grid.points[0], newton_tolerance, step * 1e3);
  }
  return text;
}

}  // namespace

std::vector<ScalingCase> reaction_scaling(bool is_short) {
  return {{"gray_scott_3d_euler",
           [=](const Communicator& ranks) {
             const Grid grid = space(is_short);
             return step_time(ranks, grid, explicit_equation(grid), "euler", 1.0, 8);
           }},
          {"gray_scott_2d_dt_1_crank-nicolson", [=](const Communicator& ranks) {
             return step_time(ranks, plane(is_short), stiff_equation(), "crank-nicolson", 1.0, 4);
           }}};
}

std::string bench_reaction(const Communicator& world, bool is_short) {
  return explicit_text(world, is_short) + stiff_text(world, is_short);
}

}  // namespace parapet
