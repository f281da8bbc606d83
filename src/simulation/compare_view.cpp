#include "simulation/compare_view.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "simulation/forecast.hpp"
#include "simulation/method.hpp"

namespace parapet {

namespace {

constexpr int runs = 32;  // of spread_of_moments()

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

/// Calls look(solver) at every frame.
template <class F>
void at_frames(Solver& solver, const std::vector<double>& times, F&& look) {
  for (const double time : times) {
    while (solver.progress(0).time < time) solver.step(time);
    solver.require_finite(0, 0);
    look();
  }
}

std::vector<double> moments(const RunSettings& settings, Solver& solver) {
  const ProcessView now{{}, {}, {}, {solver.quantities(0)}, settings.quantities()};
  std::vector<double> all;
  for (const char* const what : compared_moments) {
    for (int a = 0; a < settings.dimensions(); ++a) {
      all.push_back(now.quantity(0, fmt::format("{}_{}", what, "xyz"[a])));
    }
  }
  return all;
}

/// Standard deviations of each of some numbers over samples of them.
std::vector<double> deviations(const std::vector<std::vector<double>>& samples) {
  const auto count = static_cast<double>(samples.size());
  std::vector<double> all;
  for (std::size_t a = 0; a < samples.front().size(); ++a) {
    double mean = 0.0, square = 0.0;
    for (const auto& one : samples) mean += one[a] / count;
    for (const auto& one : samples) square += (one[a] - mean) * (one[a] - mean);
    all.push_back(std::sqrt(square / (count - 1.0)));
  }
  return all;
}

}  // namespace

double ProcessView::quantity(std::size_t frame, const std::string& name) const {
  const auto found = std::ranges::find(names, name);
  return quantities[frame][static_cast<std::size_t>(found - names.begin())];
}

ProcessView view_of(const Communicator& world, const RunSettings& settings) {
  const auto method = make_method(world, settings, {});
  const auto solver = method->make_solver(0, 1);
  method->start(*solver, 0, 0);
  ProcessView view{
      settings.grid.grid(), schedule_of(settings).frame_times(), {}, {}, settings.quantities()};
  at_frames(*solver, view.times, [&] {
    view.densities.push_back(whole(world, view.grid, *solver));
    view.quantities.push_back(solver->quantities(0));
  });
  return view;
}

std::vector<std::vector<double>> spread_of_moments(const Communicator& world,
                                                   const RunSettings& settings) {
  RunSettings first = settings;
  first.problem = settings.problem_of(0), first.varied.clear();
  const auto times = schedule_of(settings).frame_times();
  const auto method = make_method(world, first, {});
  std::vector<std::vector<std::vector<double>>> found(times.size());
  for (int run = 1; run <= runs; ++run) {
    const auto solver = method->make_solver(run, 1);
    method->start(*solver, 0, 0);
    std::size_t frame = 0;
    at_frames(*solver, times, [&] { found[frame++].push_back(moments(settings, *solver)); });
  }
  std::vector<std::vector<double>> spread;
  for (const auto& of_runs : found) {
    spread.push_back(deviations(of_runs));
    for (double& one : spread.back())
      one *= std::sqrt(static_cast<double>(settings.particles.count));
  }
  return spread;
}

}  // namespace parapet
