#include "base/failure.hpp"
#include "methods/cell_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

MethodOptions differences(std::string integrator, std::int64_t order = 2) {
  return {"finite-difference", std::move(integrator), order, {}};
}

GrayScott gray_scott(double diffusivity) {
  GrayScott equation;
  equation.D_u.value = diffusivity, equation.D_v.value = 0.5 * diffusivity;
  return equation;
}

double waves(int component, const Point& x) {
  const double wave = std::sin(2.0 * pi * x[0]) * std::cos(2.0 * pi * x[1]);
  return component == 0 ? 0.6 + 0.3 * wave : 0.25 - 0.1 * wave;
}

std::vector<double> all_values(CellCase& one) {
  auto all = one.values(0);
  const auto more = one.values(1);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(a[i] - b[i]);
    largest = difference <= largest ? largest : difference;
  }
  return world().all_reduce(largest, Reduction::maximum);
}

std::vector<double> gray_scott_after(const std::string& integrator, double step) {
  CellCase one(world(), gray_scott(4e-4), unit_grid({16, 16}, BoundaryKind::periodic),
               all_ends(BoundaryKind::periodic), differences(integrator), {step});
  one.set(waves);
  run_to(*one.solver, 16.0);
  return all_values(one);
}

struct TimeOrder {
  const char* integrator;
  double order, bound;  ///< of the error at the smallest step
};

class IntegratorOrder : public testing::TestWithParam<TimeOrder> {};

TEST_P(IntegratorOrder, IsItsNamesake) {
  const auto& [integrator, order, bound] = GetParam();
  const auto exact = gray_scott_after("rk4", 1.0 / 16.0);
  std::vector<double> steps, errors;
  for (const double step : {1.0, 0.5, 0.25}) {
    steps.push_back(step);
    errors.push_back(distance(gray_scott_after(integrator, step), exact));
  }
  const double slope = fitted_slope(steps, errors);
  report(std::string("order of ") + integrator, slope, order);
  EXPECT_GE(slope, order - 0.2);
  EXPECT_LE(slope, order + 0.2);
  expect_below("error at the smallest step", errors.back(), bound);
}

INSTANTIATE_TEST_SUITE_P(Explicit, IntegratorOrder,
                         testing::Values(TimeOrder{"euler", 1.0, 1e-2},
                                         TimeOrder{"ssprk3", 3.0, 1e-5},
                                         TimeOrder{"rk4", 4.0, 1e-7}, TimeOrder{"rkc", 2.0, 5e-5}));

/// With dt Λ of 41 and less: 9 stages and less in one step.
std::vector<double> stiff_gray_scott_after(const std::string& integrator,
                                           const StepControl& control) {
  CellCase one(world(), gray_scott(2e-2), unit_grid({32, 32}, BoundaryKind::no_flux),
               all_ends(BoundaryKind::no_flux), differences(integrator), control);
  one.set(waves);
  run_to(*one.solver, 8.0);
  return all_values(one);
}

TEST(ExplicitReaction, TheChebyshevMethodIsAccurateFarBeyondTheStableStep) {
  const auto exact = stiff_gray_scott_after("rk4", {1.0 / 64.0});
  const auto error = [&](double step) {
    return distance(stiff_gray_scott_after("rkc", {step}), exact);
  };
  // 17 stages, which do not pass through memory together; measured 2.4e-2, 4.0e-3, 9.8e-4, 1.2e-4.
  expect_below("error of steps of 1", error(1.0), 3e-2);
  expect_below("error of steps of 0.5", error(0.5), 5e-3);
  expect_below("error of steps of 0.25", error(0.25), 1.2e-3);
  expect_below("error of steps of 0.125", error(0.125), 1.5e-4);
}

TEST(ExplicitReaction, TheChebyshevMethodKeepsItsTolerance) {
  const auto exact = stiff_gray_scott_after("rk4", {1.0 / 64.0});
  for (const double tolerance : {1e-3, 1e-4, 1e-5}) {
    const double error = distance(stiff_gray_scott_after("rkc", {{}, tolerance}), exact);
    expect_below("error at t = 8 over the tolerance", error / tolerance, 10.0);
    EXPECT_GE(error, 1e-3 * tolerance);  // smaller steps than needed are no virtue
  }
}

std::vector<double> spectral_values(const Grid& grid, double end, const Box& box) {
  const Communicator alone = world().split(world().rank());
  SpectralTransform transform(alone, grid, {Dealiasing::one_half, Planning::estimate});
  const auto solver = make_spectral_solver(transform, "", {{gray_scott(2e-3), {}}}, {{}, 1e-9});
  for (int c = 0; c < 2; ++c) {
    set_field(*solver, transform, 0, c, [c](const Point& x) { return waves(c, x); });
  }
  solver->set_progress(0, {});
  run_to(*solver, end);
  std::vector<double> values;
  for (int c = 0; c < 2; ++c) {
    const auto points = points_of(*solver, transform, 0, c);
    for (std::int64_t i = box.offset[0]; i < box.offset[0] + box.count[0]; ++i) {
      for (std::int64_t j = box.offset[1]; j < box.offset[1] + box.count[1]; ++j) {
        values.push_back(points[static_cast<std::size_t>(i * grid.points[1] + j)]);
      }
    }
  }
  return values;
}

TEST(ExplicitReaction, AgreesWithTheSpectralMethodToTheOrderOfTheDifferences) {
  constexpr double end = 10.0;
  for (const std::int64_t order : {2, 4}) {
    std::vector<double> steps, errors;
    for (const std::int64_t n : {24, 48, 96}) {
      const Grid grid = unit_grid({n, n}, BoundaryKind::periodic);
      CellCase one(world(), gray_scott(2e-3), grid, all_ends(BoundaryKind::periodic),
                   differences("rk4", order), {});
      one.set(waves);
      run_to(*one.solver, end);
      steps.push_back(1.0 / static_cast<double>(n));
      errors.push_back(distance(all_values(one), spectral_values(grid, end, one.cells.block())));
    }
    const double slope = fitted_slope(steps, errors);
    report("order against the spectral method", slope, static_cast<double>(order));
    EXPECT_GE(slope, static_cast<double>(order) - 0.2);
    EXPECT_LE(slope, static_cast<double>(order) + 0.3);
    expect_below("difference on the finest grid", errors.back(), order == 2 ? 1e-3 : 1e-5);
  }
}

TEST(ExplicitReaction, TheEnergyOfAllenCahnNeverRises) {
  for (const BoundaryKind kind : {BoundaryKind::periodic, BoundaryKind::no_flux}) {
    for (const char* integrator : {"euler", "ssprk3", "rk4"}) {
      CellCase one(world(), AllenCahn{}, unit_grid({40, 32}, kind), all_ends(kind),
                   differences(integrator), {0.02});
      one.set([](int, const Point& x) {
        return 0.1 * std::sin(40.0 * x[0] + 3.0) * std::cos(90.0 * x[1] * x[1] + 20.0 * x[0]);
      });
      double before = one.solver->quantities(0).at(0);
      const double first = before;
      for (int i = 1; i <= 100; ++i) {
        run_to(*one.solver, 0.1 * i);
        const double now = one.solver->quantities(0).at(0);
        EXPECT_LE(now, before + 1e-15 * first) << integrator << " at " << 0.1 * i;
        before = now;
      }
      EXPECT_LE(before, 0.5 * first);
    }
  }
}

/// A flat wall between the phases, u = tanh(x/w), stands still.
TEST(ExplicitReaction, AnAllenCahnWallKeepsItsExactShape) {
  AllenCahn equation;
  equation.D.value = 1e-3, equation.r.value = 1.0;
  const double width = equation.wall_width();
  const auto wall = [width](int, const Point& x) { return std::tanh((x[0] - 0.5) / width); };
  std::vector<double> steps, errors;
  for (const std::int64_t n : {50, 100, 200}) {
    CellCase one(world(), equation, unit_grid({n}, BoundaryKind::no_flux),
                 all_ends(BoundaryKind::no_flux), differences("ssprk3", 4), {});
    one.set(wall);
    run_to(*one.solver, 5.0);
    steps.push_back(1.0 / static_cast<double>(n));
    errors.push_back(one.relative_error(wall));
  }
  const double slope = fitted_slope(steps, errors);
  report("order", slope, 4.0);
  EXPECT_GE(slope, 3.8);
  expect_below("wall at t = 5", errors.back(), 1e-5);
}

TEST(ExplicitReaction, AStepBeyondTheStableOneEndsInOneMessage) {
  CellCase one(world(), gray_scott(2e-3), unit_grid({32, 32}, BoundaryKind::periodic),
               all_ends(BoundaryKind::periodic), differences("euler"), {0.4});
  one.set(waves);
  try {
    run_to(*one.solver, 4000.0);
    FAIL() << "nothing was thrown";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::blew_up);
    EXPECT_TRUE(failure.is_collective());
    EXPECT_NE(std::string(failure.what()).find("component"), std::string::npos) << failure.what();
  }
  EXPECT_GT(one.solver->progress(0).courant, 1.0);
}

}  // namespace
}  // namespace parapet
