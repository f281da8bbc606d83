#include <gtest/gtest.h>

#include "diagnostics/field_diagnostics.hpp"
#include "methods/solver_case.hpp"

namespace parapet {
namespace {

/// One member of an equation on a grid, dealiased as its products need.
template <class Equation>
struct Problem {
  Equation equation;
  SpectralTransform transform;
  std::unique_ptr<SpectralSolver> solver;

  Problem(const Equation& its, const Grid& grid, const StepControl& control)
      : equation(its),
        transform(Communicator::world(), grid, {dealiasing()}),
        solver(make_spectral_solver(transform, "", {{equation, {}}}, control)) {}

  static Dealiasing dealiasing() {
    if (Equation::degree < 2) return Dealiasing::none;
    return Equation::degree == 2 ? Dealiasing::two_thirds : Dealiasing::one_half;
  }
  void start(const FieldFunction& u) {
    for (int c = 0; c < solver->components(); ++c) {
      set_field(*solver, transform, 0, c, [&](const Point& x) { return u(c, x); });
    }
  }
  double error(const FieldFunction& exact) { return relative_error(*solver, transform, exact); }
  FieldDiagnostics diagnosed() {
    std::vector<const Complex*> components;
    for (int c = 0; c < solver->components(); ++c) {
      components.push_back(solver->modes(0, c).data());
    }
    return diagnose(transform, components);
  }
};

// ---- exact solutions ------------------------------------------------------------------------

TEST(HeatEquation, DecaysEachModeExactlyWhateverTheStep) {
  Heat heat;
  heat.D.value = 0.1;
  const auto exact = [](double t) {
    return [t](int, const Point& x) {
      const double slow = 4 * pi * pi * 0.1, fast = 4 * slow + 9 * slow;
      return 0.5 + std::exp(-slow * t) * std::cos(2 * pi * x[1] + 0.3) +
             std::exp(-fast * t) * std::sin(2 * pi * (2 * x[0] - 3 * x[1]));
    };
  };
  for (const double step : {1.0, 0.01}) {
    Problem problem(heat, box_grid({20, 24}), {step, 0.0});
    problem.start(exact(0.0));
    const double mean = problem.diagnosed().mean[0];
    run_to(*problem.solver, 0.1);
    expect_below("step " + std::to_string(step), problem.error(exact(0.1)), 1e-14);
    EXPECT_EQ(problem.diagnosed().mean[0], mean);
  }
}

struct FrontCase {
  double length, inside, end, step;
  std::int64_t points;
};

/// Two fronts that leave the middle of a periodic line, each the exact one: the largest distance
/// from it, and the relative error of the speed at which the inside grows.
template <class Equation>
std::array<double, 2> front_errors(const Equation& equation, const FrontCase& c) {
  Problem problem(equation, box_grid({c.points}, c.length), {c.step, 0.0});
  const auto exact = [&](double t) {
    return [&c, &equation, t](int, const Point& x) {
      return equation.front(std::abs(x[0] - 0.5 * c.length) - 0.5 * c.inside, t);
    };
  };
  problem.start(exact(0.0));
  const double before = problem.diagnosed().mean[0];
  run_to(*problem.solver, c.end);
  const double grown = (problem.diagnosed().mean[0] - before) * c.length / (2.0 * c.end);
  return {problem.error(exact(c.end)), std::abs(grown / equation.front_speed() - 1.0)};
}

TEST(BistableEquation, MovesItsFrontAtTheExactSpeed) {
  Bistable equation;
  for (const double a : {0.25, 0.6}) {
    equation.a.value = a;
    const auto [error, speed] = front_errors(equation, {200.0, 90.0, 20.0, 0.02, 1024});
    expect_below("a " + std::to_string(a) + ", field", error, 1e-9);
    expect_below("a " + std::to_string(a) + ", speed", speed, 1e-8);
  }
}

// Ahead of the front 0 is unstable: rounding grows there like exp(r t).
TEST(FisherKppEquation, MovesTheAblowitzZeppetellaFront) {
  FisherKpp equation;
  const auto [error, speed] = front_errors(equation, {320.0, 150.0, 8.0, 0.01, 1024});
  expect_below("D = r = 1, field", error, 1e-9);
  expect_below("D = r = 1, speed 5/sqrt(6)", speed, 1e-8);
  equation.D.value = 0.25;
  equation.r.value = 4.0;
  const auto [other, its_speed] = front_errors(equation, {80.0, 37.5, 2.0, 0.0025, 1024});
  expect_below("D = 1/4, r = 4, field", other, 1e-9);
  expect_below("D = 1/4, r = 4, speed", its_speed, 1e-8);
}

TEST(AllenCahnEquation, KeepsItsWall) {
  AllenCahn equation;
  equation.D.value = 1e-3;
  equation.r.value = 2.0;
  Problem problem(equation, box_grid({2048}, 4.0), {0.05, 0.0});
  const auto walls = [&](int, const Point& x) {
    return std::tanh((1.0 - std::abs(x[0] - 2.0)) / equation.wall_width());
  };
  problem.start(walls);
  run_to(*problem.solver, 10.0);
  expect_below("walls 2 apart after t = 10", problem.error(walls), 1e-9);
}

// ---- laws -----------------------------------------------------------------------------------

template <class Equation>
double free_energy(Problem<Equation>& problem) {
  double sum = 0.0;
  for (const double u : points_of(*problem.solver, problem.transform, 0)) {
    sum += problem.equation.potential(&u);
  }
  const auto& grid = problem.transform.grid();
  const auto count = static_cast<double>(grid.points[0] * grid.points[1]);
  return problem.transform.communicator().all_reduce(sum, Reduction::sum) / count +
         0.5 * problem.equation.diffusivity(0) * problem.diagnosed().gradient_square;
}

double rough(int, const Point& x) {
  double sum = 0.0;
  for (int k = 1; k < 8; ++k) {
    sum += std::sin(2 * pi * (k * x[0] + (k * k % 5) * x[1]) + k) * std::cos(2 * pi * k * x[1] - k);
  }
  return 0.3 * sum;
}

template <class Equation>
void expect_falling_energy(const Equation& equation, double start) {
  Problem problem(equation, box_grid({96, 80}), {0.02, 0.0});
  problem.start([&](int c, const Point& x) { return start + rough(c, x); });
  const double first = free_energy(problem);
  double last = first, largest_rise = 0.0;
  for (int i = 1; i <= 100; ++i) {
    run_to(*problem.solver, 0.02 * i);
    const double now = free_energy(problem);
    largest_rise = std::max(largest_rise, now - last);
    last = now;
  }
  expect_below(std::string(Equation::name) + ": largest rise of the energy in a step",
               largest_rise / std::abs(first), 1e-14);
  EXPECT_LT(last, first - 0.1 * std::abs(first));
}

TEST(FreeEnergy, NeverRises) {
  AllenCahn allen_cahn;
  allen_cahn.D.value = 1e-3;
  expect_falling_energy(allen_cahn, 0.0);
  Bistable bistable;
  bistable.D.value = 1e-3;
  expect_falling_energy(bistable, 0.4);
  FisherKpp fisher;
  fisher.D.value = 1e-3;
  expect_falling_energy(fisher, 0.7);
}

// ---- accuracy in time -----------------------------------------------------------------------

/// Gray–Scott from a smooth push; lengths of its patterns.
std::unique_ptr<Problem<GrayScott>> gray_scott(const StepControl& control, double end) {
  auto problem =
      std::make_unique<Problem<GrayScott>>(GrayScott{}, box_grid({32, 32}, 0.5), control);
  problem->start([](int c, const Point& x) {
    const double bump = std::exp(4 * (std::cos(4 * pi * x[0]) + std::cos(4 * pi * x[1] + 1) - 2));
    return c == 0 ? 1.0 - 0.6 * bump : 0.35 * bump;
  });
  run_to(*problem->solver, end);
  return problem;
}

TEST(GrayScottEquation, IsOfFourthOrderInTime) {
  constexpr double end = 64.0;
  const auto reference = gray_scott({0.03125, 0.0}, end);
  const std::vector<double> steps = {2.0, 1.0, 0.5, 0.25};
  std::vector<double> errors, residuals;
  for (const double step : steps) {
    const auto problem = gray_scott({step, 0.0}, end);
    std::vector<const Complex*> a, b;
    for (const int c : {0, 1}) {
      a.push_back(problem->solver->modes(0, c).data());
      b.push_back(reference->solver->modes(0, c).data());
    }
    errors.push_back(relative_distance(problem->transform, a, b));
    residuals.push_back(std::max(problem->solver->progress(0).balance.largest_residual(),
                                 problem->solver->energy_residual(0)));
    report("dt " + std::to_string(step) + ": error", errors.back(), 1.0);
    report("dt " + std::to_string(step) + ": energy balance", residuals.back(), 1.0);
  }
  const double slope = fitted_slope(steps, errors), balance = fitted_slope(steps, residuals);
  report("fitted slope of the error, within 3.7 .. 4.6", slope, 4.6);
  EXPECT_GE(slope, 3.7);
  EXPECT_LE(slope, 4.6);
  report("fitted slope of the balance, within 3.5 .. 5.5", balance, 5.5);
  EXPECT_GE(balance, 3.5);
  EXPECT_LE(balance, 5.5);
}

TEST(GrayScottEquation, ErrorControlAchievesItsTolerance) {
  constexpr double end = 64.0;
  const auto reference = gray_scott({0.125, 0.0}, end);
  for (const double tolerance : {1e-5, 1e-7}) {
    const auto problem = gray_scott({std::nullopt, tolerance}, end);
    std::vector<const Complex*> a, b;
    for (const int c : {0, 1}) {
      a.push_back(problem->solver->modes(0, c).data());
      b.push_back(reference->solver->modes(0, c).data());
    }
    expect_below("tolerance " + std::to_string(tolerance),
                 relative_distance(problem->transform, a, b), 10.0 * tolerance);
  }
}

}  // namespace
}  // namespace parapet
