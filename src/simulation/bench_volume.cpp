#include "simulation/bench_volume.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "methods/cell_methods.hpp"

namespace parapet {

namespace {

/// What the three stages read and write of one component: u → v; u, v → w; u, w → u.
constexpr double bytes_a_cell = (2.0 + 3.0 + 3.0) * sizeof(double);

struct Case {
  std::string_view form;
  int dimensions;
  std::int64_t points, short_points;
};

/// Shocks of several sizes, so that every branch of the limiter is taken.
void start(Solver& solver, const Grid& grid) {
  const Box box = solver.point_box();
  std::vector<double> values(static_cast<std::size_t>(box.size()));
  for (int c = 0; c < solver.components(); ++c) {
    std::size_t at = 0;
    for (std::int64_t i = 0; i < box.count[0]; ++i) {
      for (std::int64_t j = 0; j < box.count[1]; ++j) {
        for (std::int64_t k = 0; k < box.count[2]; ++k) {
          const double s = grid.coordinate(0, box.offset[0] + i) +
                           2.0 * grid.coordinate(1, box.offset[1] + j) +
                           grid.coordinate(2, box.offset[2] + k);
          values[at++] = 0.2 + std::sin(6.283185307179586 * s + c);
        }
      }
    }
    solver.set_state(0, c, values);
  }
  solver.set_progress(0, {});
}

std::vector<std::string> limiters_of(const Case& one) {
  Burgers burgers;
  return cell_traits(burgers, one.form, one.dimensions, {"finite-volume", "auto", 0, {}}).limiters;
}

/// A solver that has done a few steps, with what it stands on.
struct Started {
  MethodOptions options{"finite-volume", "auto", 0, {}};
  Grid grid;
  std::optional<CellGrid> cells;
  std::unique_ptr<Solver> solver;

  Started(const Communicator& world, const Case& one, std::int64_t points,
          const std::string& limiter) {
    options.limiter = limiter;
    grid.dimensions = one.dimensions;
    std::fill_n(grid.points.begin(), one.dimensions, points);
    Burgers burgers;
    burgers.viscosity.value = 0.0;
    const CellTraits traits = cell_traits(burgers, one.form, one.dimensions, options);
    cells.emplace(world, grid, Boundaries{}, traits.ghosts, traits.reach);
    solver = make_cell_solver(*cells, options, one.form, {burgers}, {});
    start(*solver, grid);
    take(3);
  }
  void take(int steps) {
    constexpr double far = 1e9;
    for (int i = 0; i < steps; ++i) solver->step(far);
  }
};

StepTime step_time(const Communicator& world, Started& run, int steps) {
  StepTime time = best_of(world, 5, [&] { run.take(steps); });
  time.seconds /= steps;
  return time;
}

}  // namespace

std::vector<ScalingCase> volume_scaling(bool is_short) {
  std::vector<ScalingCase> cases;
  for (const char* form : {"scalar", "vector"}) {
    cases.push_back({fmt::format("weno5_burgers_3d_{}", form), [=](const Communicator& ranks) {
                       const Case one{form, 3, 128, 32};
                       Started run(ranks, one, is_short ? one.short_points : one.points, "none");
                       return step_time(ranks, run, is_short ? 2 : 5);
                     }});
  }
  return cases;
}

std::string bench_volume(const Communicator& world, double bandwidth, bool is_short) {
  std::string text;
  for (const Case& one : {Case{"scalar", 2, 1024, 128}, Case{"scalar", 3, 128, 32},
                          Case{"vector", 2, 1024, 128}, Case{"vector", 3, 128, 32}}) {
    for (const std::string& limiter : limiters_of(one)) {
      const std::int64_t points = is_short ? one.short_points : one.points;
      Started run(world, one, points, limiter);
      const StepTime timing = step_time(world, run, is_short ? 2 : 5);
      const double components = one.form == "vector" ? one.dimensions : 1;
      const double cells = std::pow(static_cast<double>(points), one.dimensions);
      text += fmt::format(
          "  \"weno5_burgers_{}d_{}_{}\": {{\"points\": {}, \"step_ms\": {:.4g}, "
          "\"cell_updates_per_s\": {:.4g}, \"cell_updates_per_s_and_core\": {:.4g}, "
          "\"over_memory_bound\": {:.3g}, \"waiting\": {:.3g}}},\n",
          one.dimensions, one.form, limiter == "none" ? "unlimited" : "limited", points,
          timing.seconds * 1e3, cells / timing.seconds, cells / timing.seconds / world.size(),
          bytes_a_cell * components * cells / timing.seconds / bandwidth, timing.waiting);
    }
  }
  return text;
}

}  // namespace parapet
