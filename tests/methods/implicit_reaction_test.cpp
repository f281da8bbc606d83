#include <algorithm>
#include <utility>

#include "base/failure.hpp"
#include "methods/cell_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

MethodOptions by(std::string integrator, std::int64_t order = 2, double tolerance = 1e-12) {
  MethodOptions options{"finite-difference", std::move(integrator), order, {}};
  options.solve_tolerance = tolerance;
  return options;
}

GrayScott gray_scott(double diffusivity) {
  GrayScott equation;
  equation.D_u.value = diffusivity, equation.D_v.value = 0.5 * diffusivity;
  return equation;
}

double waves(int component, const Point& x) {
  const double wave = std::cos(2.0 * pi * x[0]) * std::cos(2.0 * pi * x[1]);
  return component == 0 ? 0.6 + 0.3 * wave : 0.25 - 0.1 * wave;
}

const Communicator& alone() {
  static const Communicator self = Communicator::self();
  return self;
}

struct Solution : CellCase {
  Solution(const Communicator& ranks, const AnyEquation& equation,
           const std::vector<std::int64_t>& points, BoundaryKind ends, const MethodOptions& method,
           const StepControl& control, double end)
      : CellCase(ranks, equation, unit_grid(points, ends), all_ends(ends), method, control) {
    set(waves);
    run_to(*solver, end);
  }

  /// From another on the same grid that a rank has alone.
  double largest_distance(Solution& whole) {
    double largest = 0.0;
    const Box box = cells.block();
    const auto width = static_cast<std::size_t>(cells.grid().points[1]);
    for (int c = 0; c < solver->components(); ++c) {
      const auto own = values(c), all = whole.values(c);
      for (std::size_t i = 0; i < own.size(); ++i) {
        const auto columns = static_cast<std::size_t>(box.count[1]);
        const std::size_t x = static_cast<std::size_t>(box.offset[0]) + i / columns;
        const std::size_t y = static_cast<std::size_t>(box.offset[1]) + i % columns;
        const double difference = std::abs(own[i] - all[x * width + y]);
        largest = difference <= largest ? largest : difference;
      }
    }
    return world().all_reduce(largest, Reduction::maximum);
  }
};

struct TimeOrder {
  const char* integrator;
  double order, bound;  ///< of the error at the smallest step
};

class ImplicitOrder : public testing::TestWithParam<TimeOrder> {};

TEST_P(ImplicitOrder, IsItsNamesake) {
  const auto& [integrator, order, bound] = GetParam();
  const GrayScott equation = gray_scott(4e-4);
  Solution exact(alone(), equation, {16, 16}, BoundaryKind::periodic, by("rk4"), {1.0 / 16.0}, 8.0);
  std::vector<double> steps, errors;
  for (const double step : {1.0, 0.5, 0.25}) {
    Solution run(world(), equation, {16, 16}, BoundaryKind::periodic, by(integrator), {step}, 8.0);
    steps.push_back(step);
    errors.push_back(run.largest_distance(exact));
  }
  const double slope = fitted_slope(steps, errors);
  report(std::string("order of ") + integrator, slope, order);
  EXPECT_GE(slope, order - 0.2);
  EXPECT_LE(slope, order + 0.3);
  expect_below("error at the smallest step", errors.back(), bound);
}

INSTANTIATE_TEST_SUITE_P(Implicit, ImplicitOrder,
                         testing::Values(TimeOrder{"crank-nicolson", 2.0, 4e-5},
                                         TimeOrder{"bdf2", 2.0, 3.6e-4},
                                         TimeOrder{"arkimex", 3.0, 3e-7},
                                         TimeOrder{"rosenbrock-w", 3.0, 5e-7}));

TEST(ImplicitReaction, Bdf2KeepsItsOrderWhereStepsChange) {
  const GrayScott equation = gray_scott(4e-4);
  Solution exact(alone(), equation, {16, 16}, BoundaryKind::periodic, by("rk4"), {1.0 / 16.0}, 8.0);
  std::vector<double> steps, errors;
  for (const double step : {0.5, 0.25, 0.125}) {
    Solution run(world(), equation, {16, 16}, BoundaryKind::periodic, by("bdf2"), {step}, 0.0);
    for (const double target : {0.8 * step, 2.1, 5.0 - 0.4 * step, 5.0, 8.0}) {
      run_to(*run.solver, target);
    }
    steps.push_back(step);
    errors.push_back(run.largest_distance(exact));
  }
  const double slope = fitted_slope(steps, errors);
  report("order of bdf2 with uneven steps", slope, 2.0);
  EXPECT_GE(slope, 1.8);
  EXPECT_LE(slope, 2.4);
}

// One mode of heat decays by 1/(1 + z) or (1 − z/2)/(1 + z/2), z = −λ dt with λ of the differences,
// whatever the ends.
TEST(ImplicitReaction, TakesAModeOfHeatByItsStabilityFunction) {
  Heat heat;
  heat.D.value = 0.1;
  for (const std::int64_t order : {2, 4}) {
    for (const auto ends : {BoundaryKind::no_flux, BoundaryKind::dirichlet}) {
      constexpr std::int64_t n = 12;
      constexpr double dt = 0.05;
      const auto mode = [&](const Point& x) {
        return ends == BoundaryKind::no_flux ? std::cos(2.0 * pi * x[0]) * std::cos(pi * x[1])
                                             : std::sin(2.0 * pi * x[0]) * std::sin(pi * x[1]);
      };
      const auto eigenvalue = [&](double k) {
        const double s = 4.0 * std::pow(std::sin(0.5 * k / n), 2);  // of −δ²
        return n * n * (order == 2 ? s : s + s * s / 12.0);
      };
      const double z = 0.1 * dt * (eigenvalue(2.0 * pi) + eigenvalue(pi));
      CellCase run(world(), heat, unit_grid({n, n}, ends), all_ends(ends),
                   by("crank-nicolson", order), {dt});
      run.set([&](int, const Point& x) { return mode(x); });
      run_to(*run.solver, 3.0 * dt);
      const double factor = std::pow((1.0 - 0.5 * z) / (1.0 + 0.5 * z), 3);
      const double error =
          run.relative_error([&](int, const Point& x) { return factor * mode(x); });
      expect_below("order " + std::to_string(order) + ": distance from its power", error, 1e-12);
    }
  }
}

TEST(ImplicitReaction, KeepsItsToleranceFarBeyondTheStableStep) {
  const GrayScott equation = gray_scott(2e-2);
  Solution exact(alone(), equation, {32, 32}, BoundaryKind::no_flux, by("rk4"), {1.0 / 64.0}, 8.0);
  for (const char* const integrator : {"arkimex", "rosenbrock-w"}) {
    for (const double tolerance : {1e-3, 1e-4, 1e-5}) {
      Solution run(world(), equation, {32, 32}, BoundaryKind::no_flux, by(integrator),
                   {{}, tolerance}, 8.0);
      const double error = run.largest_distance(exact);
      expect_below(std::string(integrator) + ": error at t = 8 over the tolerance",
                   error / tolerance, 0.2);
      EXPECT_GE(error, 1e-3 * tolerance);
    }
  }
}

// The same system by all methods on the same cells; rkc with error control.
TEST(ImplicitReaction, AgreesWithExplicitMethodsBetweenWalls) {
  Brusselator equation;
  for (auto* parameter : equation.parameters()) {
    if (parameter->name.starts_with("diffusivity")) parameter->value = 2e-3;
  }
  Solution exact(alone(), equation, {24, 20}, BoundaryKind::no_flux, by("rk4", 4), {1e-3}, 1.0);
  for (const auto& [integrator, bound] : {std::pair{"arkimex", 2e-7},
                                          {"rosenbrock-w", 4e-7},
                                          {"crank-nicolson", 2e-5},
                                          {"rkc", 2e-5}}) {
    Solution run(world(), equation, {24, 20}, BoundaryKind::no_flux, by(integrator, 4), {0.01},
                 1.0);
    expect_below(std::string(integrator) + ": distance from rk4", run.largest_distance(exact),
                 bound);
  }
}

TEST(ImplicitReaction, AgreesToItsToleranceOnAnyNumberOfRanksAndAfterARestart) {
  const GrayScott equation = gray_scott(1e-2);
  for (const std::string integrator : {"arkimex", "rosenbrock-w", "crank-nicolson", "bdf2"}) {
    Solution here(alone(), equation, {20, 13}, BoundaryKind::no_flux, by(integrator), {0.5}, 2.0);
    Solution shared(world(), equation, {20, 13}, BoundaryKind::no_flux, by(integrator), {0.5}, 2.0);
    expect_below(integrator + ": distance from one rank", shared.largest_distance(here), 1e-13);

    Solution half(world(), equation, {20, 13}, BoundaryKind::no_flux, by(integrator), {0.5}, 1.0);
    Solution later(world(), equation, {20, 13}, BoundaryKind::no_flux, by(integrator), {0.5}, 0.0);
    std::vector<double> scratch;
    EXPECT_EQ(later.solver->state_arrays(), integrator == "bdf2" ? 4 : 2);
    for (int a = 0; a < later.solver->state_arrays(); ++a) {
      later.solver->set_state(0, a, half.solver->state(0, a, scratch));
    }
    later.solver->set_progress(0, half.solver->progress(0));
    run_to(*later.solver, 2.0);
    EXPECT_EQ(later.solver->digest(0), shared.solver->digest(0)) << integrator;
  }
}

TEST(ImplicitReaction, EndsWithAFailureWhereNewtonsMethodDoes) {
  const auto attempt = [] {
    GrayScott equation = gray_scott(1e-2);
    CellCase run(world(), equation, unit_grid({8, 8}, BoundaryKind::periodic),
                 all_ends(BoundaryKind::periodic), by("crank-nicolson"), {1.0});
    run.set([](int, const Point&) { return 1e60; });
    run_to(*run.solver, 4.0);
  };
  try {
    attempt();
    ADD_FAILURE() << "it did not fail";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::blew_up);
    EXPECT_TRUE(failure.is_collective());
  }
}

}  // namespace
}  // namespace parapet
