#include <algorithm>

#include "diagnostics/field_diagnostics.hpp"
#include "methods/wave_case.hpp"

namespace parapet {
namespace {

/// Runs from an exact solution's start with each step, and returns the errors at the end.
template <class Equation>
std::vector<double> errors_of(const Equation& equation, const Grid& grid,
                              const std::vector<double>& steps, double end,
                              const std::function<Motion(double)>& exact) {
  std::vector<double> errors;
  for (const double step : steps) {
    WaveProblem problem(equation, grid, step);
    problem.start(exact(0.0));
    run_to(*problem.solver, end);
    errors.push_back(problem.error(exact(end)));
    EXPECT_LE(problem.solver->progress(0).courant, 1.0);
  }
  return errors;
}

void expect_order(const std::string& what, const std::vector<double>& steps,
                  const std::vector<double>& errors, double low, double high) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    report(what + ", dt " + std::to_string(steps[i]), errors[i], 1.0);
  }
  const double slope = fitted_slope(steps, errors);
  report(what + ": fitted order, from " + std::to_string(low), slope, high);
  EXPECT_GE(slope, low);
  EXPECT_LE(slope, high);
}

// ---- exact solutions ------------------------------------------------------------------------

TEST(SineGordonEquation, KeepsItsBreather) {
  const SineGordon equation;
  constexpr double length = 80.0, end = 21.0, frequency = 0.6;
  const auto exact = [&](double t) -> Motion {
    return [&, t](const Point& x) { return equation.breather(x[0] - 0.5 * length, t, frequency); };
  };
  const std::vector<double> steps = {0.105, 0.07, 0.0525, 0.035};
  const auto errors = errors_of(equation, box_grid({512}, length), steps, end, exact);
  expect_order("breather", steps, errors, 3.7, 4.2);  // 3.86
  EXPECT_LE(errors[0], 4e-9);                         // 2.0e-9
}

// The exact solution of two kinks that meet (Perring & Skyrme 1962): they come out as they went in.
TEST(SineGordonEquation, LetsKinkAndAntikinkPassThroughEachOther) {
  SineGordon equation;
  equation.c.value = 2.0;
  equation.m.value = 0.5;
  constexpr double length = 320.0, v = 0.6, gamma = 1.25, before = -40.0, end = 80.0;
  const auto exact = [&](double time) -> Motion {
    const double t = 0.5 * (time + before);  // in units of 1/m; lengths in units of c/m = 4
    return [t](const Point& p) {
      const double x = (p[0] - 0.5 * length) / 4.0, wide = v * std::cosh(gamma * x);
      const double tangent = std::sinh(gamma * v * t) / wide;
      const double rate = 0.5 * gamma * v * std::cosh(gamma * v * t) / wide;
      return std::array{4.0 * std::atan(tangent), 4.0 * rate / (1.0 + tangent * tangent)};
    };
  };
  const std::vector<double> steps = {0.16, 0.1, 0.08, 0.05};
  const auto errors = errors_of(equation, box_grid({720}, length), steps, end, exact);
  expect_order("collision", steps, errors, 3.7, 4.2);
  EXPECT_LE(errors[0], 3e-9);
}

TEST(Phi4Equation, MovesKinkAndAntikinkAsTheyAre) {
  Phi4 equation;
  equation.lambda.value = 2.0;
  equation.c.value = 1.5;
  constexpr double length = 80.0, v = 0.3, end = 12.0;
  const auto exact = [&](double t) -> Motion {
    const double moved = v * equation.c * t;
    return [&, moved](const Point& x) {
      const auto kink = equation.kink(x[0] - 17.3 - moved, v);
      const auto back = equation.kink(x[0] - 57.3 - moved, v);
      return std::array{kink[0] - back[0] - 1.0, kink[1] - back[1]};
    };
  };
  const std::vector<double> steps = {0.1, 0.08, 0.06, 0.05};
  const auto errors = errors_of(equation, box_grid({1024}, length), steps, end, exact);
  expect_order("kinks", steps, errors, 3.6, 4.2);
  EXPECT_LE(errors[0], 6e-9);  // 2.9e-9
}

TEST(Phi4Equation, IsOfFourthOrderInThePlane) {
  const auto start = [](const Point& x) {
    return std::array{0.3 * std::sin(2 * pi * x[0]) + 0.4 * std::cos(2 * pi * (x[0] + 2 * x[1])),
                      2.0 * std::sin(2 * pi * (x[1] - x[0]) + 0.5)};
  };
  Phi4 equation;
  equation.lambda.value = 30.0;
  const auto run = [&](double step) {
    auto problem = std::make_unique<WaveProblem<Phi4>>(equation, box_grid({48, 40}), step);
    problem->start(start);
    run_to(*problem->solver, 1.0);
    return problem;
  };
  const auto reference = run(0.0025);
  const std::vector<double> steps = {0.04, 0.02, 0.01};
  std::vector<double> errors, energies, estimates;
  for (const double step : steps) {
    const auto problem = run(step);
    std::vector<const Complex*> a, b;
    for (const int c : {0, 1}) {
      a.push_back(problem->solver->modes(0, c).data());
      b.push_back(reference->solver->modes(0, c).data());
    }
    errors.push_back(relative_distance(problem->transform, a, b));
    energies.push_back(problem->energy_error());
    const double ratio = problem->solver->progress(0).error_estimate / errors.back();
    report("estimated error over true one", ratio, 1.0);
  }
  expect_order("plane", steps, errors, 3.8, 4.3);
  expect_order("its energy", steps, energies, 3.8, 4.3);
}

/// A wave of amplitude 1 along (2, −1, …) with the frequency ω, and a uniform motion.
template <class Equation>
Motion travelling(const Equation& equation, int dimensions, double t) {
  const double along = dimensions > 1 ? -2 * pi : 0.0;
  const double k2 = 16 * pi * pi + along * along;
  const double omega = std::sqrt(free_wave(equation).c2 * k2 + equation.mass_square());
  const double m = std::sqrt(equation.mass_square());
  return [=](const Point& x) {
    const double angle = 4 * pi * x[0] + along * x[1] - omega * t;
    const double mean = m > 0.0 ? std::cos(m * t) : 1.0 + 0.25 * t;
    const double drift = m > 0.0 ? -m * std::sin(m * t) : 0.25;
    return std::array{std::cos(angle) + mean, omega * std::sin(angle) + drift};
  };
}

template <class Equation>
void expect_exact_steps(const Equation& equation) {
  for (const auto& points : {std::vector<std::int64_t>{20}, {20, 12}, {20, 12, 6}}) {
    const auto dimensions = static_cast<int>(points.size());
    for (const double step : {10.0, 0.01}) {
      WaveProblem problem(equation, box_grid(points), step);
      problem.start(travelling(equation, dimensions, 0.0));
      run_to(*problem.solver, 10.0);
      expect_below(std::string(Equation::name) + ", step " + std::to_string(step),
                   problem.error(travelling(equation, dimensions, 10.0)), 2e-13);
      expect_below("  its energy", problem.energy_error(), 1e-14);
    }
  }
}

TEST(FreeWaves, AreExactAtAnyStep) {
  Wave wave;
  wave.c.value = 1.3;
  expect_exact_steps(wave);
  KleinGordon massive;
  massive.m.value = 3.0;
  expect_exact_steps(massive);
}

// ---- laws -----------------------------------------------------------------------------------

TEST(Symplectic, StepsRunBackwardsToTheirStart) {
  WaveProblem problem(Phi4{}, box_grid({40, 36}, 10.0), 0.1);
  const auto start = [](const Point& x) {
    return std::array{std::sin(pi * x[0] / 5) + 0.5 * std::cos(pi * (x[0] - x[1]) / 5), 0.3};
  };
  problem.start(start);
  double moved = 0.0;
  for (int way = 0; way < 2; ++way) {
    problem.solver->set_progress(0, {});
    run_to(*problem.solver, 20.0);
    if (way == 0) moved = problem.error(start);
    for (Complex& v : problem.solver->modes(0, 1)) v = -v;
  }
  EXPECT_GE(moved, 0.1);
  expect_below("200 steps there and back", problem.error(start), 2e-13);
}

}  // namespace
}  // namespace parapet
