#include <gtest/gtest.h>

#include "diagnostics/field_diagnostics.hpp"
#include "methods/cole_hopf.hpp"
#include "methods/solver_case.hpp"

namespace parapet {
namespace {

SpectralTransform make_transform(const Grid& grid) {
  return {Communicator::world(), grid, {}};
}

std::unique_ptr<SpectralSolver> solver_for(SpectralTransform& transform, const char* form,
                                           double viscosity, const StepControl& control) {
  return make_spectral_solver(transform, form, {burgers_member(viscosity)}, control);
}

// ---- one dimension: Cole–Hopf ---------------------------------------------------------------

double bumpy(const Point& x) {
  return 0.3 + std::sin(2 * pi * x[0]) + 0.5 * std::cos(6 * pi * x[0] + 1.0);
}

double cole_hopf_error(std::int64_t points, double viscosity, double t,
                       const StepControl& control) {
  auto transform = make_transform(box_grid({points}));
  auto solver = solver_for(transform, "scalar", viscosity, control);
  set_field(*solver, transform, 0, 0, bumpy);
  const ColeHopf exact(gather_line_modes(transform, solver->modes(0, 0).data()), 1.0, viscosity);
  const auto u = exact.at(t, points);
  run_to(*solver, t);
  EXPECT_EQ(solver->progress(0).time, t);
  return relative_error(*solver, transform, [&](int, const Point& x) {
    return u[static_cast<std::size_t>(std::llround(x[0] * static_cast<double>(points)))];
  });
}

TEST(Burgers1D, MatchesColeHopfOnceResolved) {
  expect_below("nu 0.1, 64 points, dt 1e-3, t 0.3", cole_hopf_error(64, 0.1, 0.3, {1e-3, 0}), 1e-9);
  expect_below("nu 0.02, 512 points, dt 2.5e-4, t 0.5",
               cole_hopf_error(512, 0.02, 0.5, {2.5e-4, 0}), 1e-9);
  expect_below("nu 0.005, 2048 points, dt 5e-5, t 0.2",
               cole_hopf_error(2048, 0.005, 0.2, {5e-5, 0}), 1e-9);
}

TEST(Burgers1D, ConvergesSpectrallyInSpace) {
  double previous = 1.0;
  for (const std::int64_t points : {24, 48, 96, 192}) {
    const double error = cole_hopf_error(points, 0.05, 0.3, {2.5e-4, 0});
    // Doubling the points squares the error, give or take, until rounding and dt show.
    const double bound = std::max(1e-11, 3.0 * std::pow(previous, 1.6));
    expect_below("points " + std::to_string(points), error, bound);
    previous = error;
  }
}

TEST(Burgers1D, IsOfFourthOrderInTime) {
  const std::vector<double> steps = {0.01, 0.005, 0.0025, 0.00125};
  std::vector<double> errors;
  for (const double dt : steps) {
    errors.push_back(cole_hopf_error(256, 0.03, 0.2, {dt, 0}));
    report("dt " + std::to_string(dt), errors.back(), 1.0);
  }
  const double slope = fitted_slope(steps, errors);
  report("fitted slope, within 3.8 .. 4.5", slope, 4.5);
  EXPECT_GE(slope, 3.8);
  EXPECT_LE(slope, 4.5);
}

TEST(Burgers1D, ErrorControlAchievesItsTolerance) {
  for (const double tolerance : {1e-5, 1e-7, 1e-9}) {
    expect_below("tolerance " + std::to_string(tolerance),
                 cole_hopf_error(256, 0.03, 0.5, {std::nullopt, tolerance}), 10.0 * tolerance);
  }
}

// ---- two and three dimensions ---------------------------------------------------------------

TEST(Burgers2D, ScalarMatchesTheDiagonalSolution) {
  constexpr double nu = 0.05, t = 0.2;
  constexpr std::int64_t n = 64;
  auto transform = make_transform(box_grid({n, n}));
  auto solver = solver_for(transform, "scalar", nu, {1e-3, 0});
  const auto w = [](double xi) { return std::sin(2 * pi * xi) + 0.3 * std::cos(4 * pi * xi); };
  set_field(*solver, transform, 0, 0, [&](const Point& x) { return w(x[0] + x[1]); });
  // w_τ + w w_ξ = ν w_ξξ at τ = 2t
  const ColeHopf exact({0.0, {0.0, -0.5}, 0.15}, 1.0, nu);
  const auto line = exact.at(2 * t, n);
  run_to(*solver, t);
  const double error = relative_error(*solver, transform, [&](int, const Point& x) {
    return line[static_cast<std::size_t>(std::llround((x[0] + x[1]) * n)) % n];
  });
  expect_below("u = w(x + y, 2t)", error, 1e-8);
}

TEST(Burgers2D, VectorMatchesTheIrrotationalSolution) {
  constexpr double nu = 0.05, t = 0.2;
  const IrrotationalSolution u{nu, {{1, 0, 0}, {0, 2, 0}, {1, -1, 0}}};
  auto transform = make_transform(box_grid({48, 64}));
  auto solver = solver_for(transform, "vector", nu, {2e-3, 0});
  for (int c = 0; c < 2; ++c) {
    set_field(*solver, transform, 0, c, [&](const Point& x) { return u(c, x, 0.0); });
  }
  run_to(*solver, t);
  expect_below(
      "u = -2 nu grad(phi)/phi",
      relative_error(*solver, transform, [&](int c, const Point& x) { return u(c, x, t); }), 1e-9);
}

TEST(Burgers3D, VectorMatchesTheIrrotationalSolution) {
  constexpr double nu = 0.05, t = 0.1;
  const IrrotationalSolution u{nu, {{1, 0, 0}, {0, 1, 1}, {0, 0, 1}}};
  auto transform = make_transform(box_grid({32, 36, 40}));
  auto solver = solver_for(transform, "vector", nu, {2.5e-3, 0});
  for (int c = 0; c < 3; ++c) {
    set_field(*solver, transform, 0, c, [&](const Point& x) { return u(c, x, 0.0); });
  }
  run_to(*solver, t);
  expect_below(
      "u = -2 nu grad(phi)/phi",
      relative_error(*solver, transform, [&](int c, const Point& x) { return u(c, x, t); }), 1e-7);
}

// ---- laws -----------------------------------------------------------------------------------

TEST(Burgers2D, ScalarKeepsItsMeanToTheBitAndBalancesItsEnergy) {
  constexpr double nu = 0.02, mean = 0.7;
  auto transform = make_transform(box_grid({64, 48}));
  auto solver = solver_for(transform, "scalar", nu, {2e-3, 0});
  set_field(*solver, transform, 0, 0, [](const Point& x) {
    return mean + std::sin(2 * pi * x[0]) * std::cos(2 * pi * x[1]);
  });
  const Complex* u = solver->modes(0, 0).data();
  const auto start = diagnose(transform, {&u, 1});
  double aliasing = 0.0;
  for (int frame = 0; frame <= 40; ++frame) {
    run_to(*solver, 0.005 * frame);
    u = solver->modes(0, 0).data();
    const auto now = diagnose(transform, {&u, 1});
    EXPECT_EQ(now.mean[0], start.mean[0]);
    const double rate = solver->rate_of_change(0).energy;
    const double dissipation = nu * now.gradient_square;
    aliasing = std::max(aliasing, std::abs(rate + dissipation) / dissipation);
  }
  expect_below("dE/dt = -dissipation, instantaneous", aliasing, 1e-12);
  expect_below("energy balance, step by step", solver->progress(0).balance.largest_residual(),
               1e-6);
}

}  // namespace
}  // namespace parapet
