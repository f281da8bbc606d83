#include "methods/volume_case.hpp"

namespace parapet {
namespace {

struct Fit {
  std::vector<double> steps, errors;

  void add(double step, double error) {
    steps.push_back(step);
    errors.push_back(error);
  }
  void expect(double order, double bound) const {
    report("fitted order", fitted_slope(steps, errors), order);
    EXPECT_GE(fitted_slope(steps, errors), order);
    expect_below("smallest error", errors.back(), bound);
  }
};

Burgers viscous(double viscosity) {
  Burgers equation;
  equation.viscosity.value = viscosity;
  return equation;
}

const VolumeChoice implicit{"godunov", "none", "implicit"};
const VolumeChoice plain{"godunov", "none", "explicit"};

struct Setting {
  std::string name;
  std::vector<std::int64_t> points;
  BoundaryKind ends;
  std::string_view form;
  double order, bound;
};

class ImplicitSteps : public testing::TestWithParam<Setting> {
 public:
  /// Smooth, and beyond the ends too.
  static FieldFunction start(BoundaryKind ends) {
    return [ends](int c, const Point& x) {
      const double across = pi * x[static_cast<std::size_t>(c)], along = pi * x[1 - c];
      switch (ends) {
        case BoundaryKind::dirichlet:
          return 0.3 - 0.5 * x[0] + 0.3 * std::sin(2.0 * across);
        case BoundaryKind::reflecting:
          return (0.5 * std::sin(across) + 0.2 * std::sin(2.0 * across)) * std::cos(along);
        case BoundaryKind::outflow:
          return 0.5 * std::cos(across);
        default:
          return 0.2 + 0.5 * std::sin(2.0 * across) * std::cos(2.0 * along);
      }
    };
  }
  /// All components at t = 0.3, in equal steps.
  static std::vector<std::vector<double>> after(const Setting& of, const VolumeChoice& choice,
                                                double step) {
    VolumeRun run(viscous(0.05), of.points, choice, {step}, of.ends, {0.3, -0.2}, everybody(),
                  of.form);
    run.set(start(of.ends));
    run.to(0.3);
    std::vector<std::vector<double>> all;
    for (int c = 0; c < run.one.solver->components(); ++c) all.push_back(run.one.values(c));
    return all;
  }
  static const Communicator& everybody() { return VolumeRun::everybody(); }
  static double distance(const std::vector<std::vector<double>>& a,
                         const std::vector<std::vector<double>>& b) {
    double difference = 0.0, size = 0.0;
    for (std::size_t c = 0; c < a.size(); ++c) {
      for (std::size_t i = 0; i < a[c].size(); ++i) {
        difference += (a[c][i] - b[c][i]) * (a[c][i] - b[c][i]);
        size += b[c][i] * b[c][i];
      }
    }
    return std::sqrt(everybody().all_reduce(difference, Reduction::sum) /
                     everybody().all_reduce(size, Reduction::sum));
  }
};

TEST_P(ImplicitSteps, AreOfThirdOrder) {
  const Setting& of = GetParam();
  // Explicit steps are those of the same equations in space, but for outflow ends.
  const bool is_same = of.ends != BoundaryKind::outflow;
  const auto exact = after(of, is_same ? plain : implicit, is_same ? 0.3 / 1600 : 0.3 / 400);
  Fit fit;
  for (const int steps : {12, 18, 27, 40}) {
    fit.add(0.3 / steps, distance(after(of, implicit, 0.3 / steps), exact));
  }
  fit.expect(of.order, of.bound);
}

// Where F and ν∇²u do not vanish one by one at an end, as their sum does, the order is less there.
INSTANTIATE_TEST_SUITE_P(
    Ends, ImplicitSteps,
    testing::Values(Setting{"line", {64}, BoundaryKind::periodic, "scalar", 2.9, 2e-6},
                    Setting{"held", {64}, BoundaryKind::dirichlet, "scalar", 1.5, 5e-5},
                    Setting{"walls", {64}, BoundaryKind::reflecting, "scalar", 2.9, 1e-6},
                    Setting{"open", {64}, BoundaryKind::outflow, "scalar", 2.1, 2e-6},
                    Setting{"plane", {32, 24}, BoundaryKind::periodic, "vector", 2.9, 2e-6},
                    Setting{"box", {32, 24}, BoundaryKind::reflecting, "vector", 2.9, 1e-6}),
    [](const auto& of) { return of.param.name; });

/// By Cole & Hopf, scalar on a line and without vorticity in a plane.
TEST(ImplicitViscosity, IsOfFifthOrderInSpace) {
  for (const int dimensions : {1, 2}) {
    IrrotationalSolution solution{0.05, {{1, 0, 0}}};
    if (dimensions == 2) solution.waves.push_back({1, 2, 0});
    const auto exact = [&](double t) {
      return [&, t](int c, const Point& x) { return solution(c, x, t); };
    };
    Fit fit;
    for (const std::int64_t n : {24, 36, 54}) {
      const double h = 1.0 / static_cast<double>(n);
      VolumeRun run(viscous(0.05), std::vector<std::int64_t>(dimensions, n), implicit,
                    {8.0 * std::pow(h, 5.0 / 3.0)}, BoundaryKind::periodic, {},
                    VolumeRun::everybody(), "vector");
      run.set(exact(0.0));
      run.to(0.5);
      fit.add(h, run.relative_error(exact(0.5)));
    }
    fit.expect(4.8, 7e-7);
  }
}

/// A wave c − a tanh(a (x − c t)/2ν) between ends that hold its states.
TEST(ImplicitViscosity, AWaveTravelsBetweenHeldEnds) {
  constexpr double a = 0.5, c = 0.3, nu = 0.01;
  const auto wave = [](double t) {
    return
        [t](int, const Point& x) { return c - a * std::tanh(0.5 * a * (x[0] - 0.4 - c * t) / nu); };
  };
  Fit fit;
  for (const std::int64_t n : {50, 75, 110}) {
    const double h = 1.0 / static_cast<double>(n);
    VolumeRun run(viscous(nu), {n}, implicit, {2.0 * std::pow(h, 5.0 / 3.0)},
                  BoundaryKind::dirichlet, {c + a, c - a});
    run.set(wave(0.0));
    run.to(0.5);
    fit.add(h, run.relative_error(wave(0.5)));
  }
  fit.expect(4.8, 1.3e-5);
}

double blocks(int, const Point& x) {
  return std::abs(x[0] - 0.4) < 0.2 && (x[1] < 0.6) ? 1.0 : 0.0;
}

/// ν dt/h² = 200, from jumps: nothing leaves the range, nothing is lost, and what is left is what
/// small steps leave.
TEST(ImplicitViscosity, LongStepsAreStableAndKeepTheMeanAndTheRange) {
  constexpr std::int64_t n = 64;
  const double step = 200.0 / static_cast<double>(n * n);
  for (const BoundaryKind ends : {BoundaryKind::periodic, BoundaryKind::outflow}) {
    VolumeRun run(viscous(1.0), {n, n}, {"godunov", "bounds", "implicit"}, {step}, ends);
    run.set(blocks);
    const double before = run.mean();
    double range = 1.0;
    for (int i = 1; i <= 10; ++i) {
      run.to(step * i);
      EXPECT_LE(run.passing(0.0, 1.0), 2e-11) << i;
      const FieldDiagnostics now = run.one.solver->diagnose(0);
      EXPECT_LE(now.maximum - now.minimum, range) << i;
      range = now.maximum - now.minimum;
    }
    expect_below("range after ten steps", range, ends == BoundaryKind::periodic ? 1e-8 : 1e-2);
    if (ends == BoundaryKind::periodic) {
      expect_below("drift of the mean", std::abs(run.mean() - before), 1e-15);
    }
  }
}

/// Matter that diffuses fast in a closed box: no density below 0, its mass to rounding.
TEST(ImplicitViscosity, DensitiesStayPositive) {
  Continuity equation;
  equation.D.value = 0.5;
  equation.velocity.texts = {"sin(pi*x)*cos(7*t)", "-sin(2*pi*y)"};
  VolumeRun run(equation, {48, 48}, {"godunov", "bounds", "implicit"}, {0.01},
                BoundaryKind::reflecting);
  run.set(blocks);
  const double before = run.mean();
  for (int i = 1; i <= 10; ++i) {
    run.to(0.01 * i);
    EXPECT_GE(run.one.solver->diagnose(0).minimum, 0.0) << i;
  }
  expect_below("drift of the mass, relative", std::abs(run.mean() / before - 1.0), 1e-14);
}

/// "auto" is implicit where that saves many steps, and elsewhere explicit to the bit.
TEST(ImplicitViscosity, IsChosenWhereItSavesSteps) {
  const IrrotationalSolution solution{0.1, {{1, 0, 0}}};
  const auto exact = [&](double t) {
    return [&, t](int c, const Point& x) { return solution(c, x, t); };
  };
  const auto run_of = [&](double nu, const char* viscosity) {
    VolumeRun run(viscous(nu), {128}, {"godunov", "none", viscosity}, {});
    run.set(exact(0.0));
    run.to(0.25);
    return run;
  };
  VolumeRun given = run_of(0.1, "explicit"), chosen = run_of(0.1, "auto");
  const double steps = chosen.one.solver->progress(0).steps;
  expect_below("share of the steps", steps / given.one.solver->progress(0).steps, 0.02);
  expect_below("error", chosen.relative_error(exact(0.25)), 1e-5);
  EXPECT_EQ(run_of(1e-4, "explicit").one.solver->digest(0),
            run_of(1e-4, "auto").one.solver->digest(0));
}

}  // namespace
}  // namespace parapet
