#include "methods/density/jko_flow.hpp"

#include "base/failure.hpp"
#include "diagnostics/wasserstein.hpp"
#include "methods/density_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

const Communicator& alone() {
  static const Communicator self = Communicator::self();
  return self;
}

/// A gradient flow from a density over a time, with its exact end, on [-5, 5].
struct Flow {
  std::string name;
  AnyEquation equation;
  DensityRun::Function start, end;
  double time;
};

double barenblatt(const Point& x, double t) {
  const double inside = 0.3 - x[0] * x[0] * std::pow(t, -2.0 / 3.0) / 12.0;
  return inside > 0.0 ? std::pow(t, -1.0 / 3.0) * inside : 0.0;
}

Flow springs() {
  McKeanVlasov equation;
  equation.k.value = 0.5, equation.kappa.value = 1.5, equation.T.value = 0.3;
  const double left = std::exp(-4.0 * 0.6);
  return {"McKean-Vlasov", equation, [](const Point& x) { return normal_density(x, {0.8}, {0.4}); },
          [=](const Point& x) {
            return normal_density(x, {0.8 * std::exp(-0.3)}, {0.15 + (0.4 - 0.15) * left});
          },
          0.6};
}

Flow barenblatt_flow() {
  return {"porous medium", PorousMedium{}, [](const Point& x) { return barenblatt(x, 1.0); },
          [](const Point& x) { return barenblatt(x, 1.6); }, 0.6};
}

std::vector<Flow> flows() {
  FokkerPlanck heat;
  heat.D.texts = {"0.3"};
  OrnsteinUhlenbeck process;
  process.sigma_x.value = std::sqrt(0.6);
  const double left = std::exp(-0.6);
  return {
      {"heat", heat, [](const Point& x) { return normal_density(x, {0.2}, {0.3}); },
       [](const Point& x) { return normal_density(x, {0.2}, {0.3 + 0.6 * 0.6}); }, 0.6},
      {"Ornstein-Uhlenbeck", process,
       [](const Point& x) { return normal_density(x, {1.0}, {0.1}); },
       [=](const Point& x) { return normal_density(x, {left}, {0.3 + (0.1 - 0.3) * left * left}); },
       0.6},
      barenblatt_flow(),
      springs()};
}

using Cells = std::vector<double>;

/// The density at the end, on so many cells.
Cells at_end(const Flow& flow, std::int64_t points, const std::string& integrator, int steps) {
  StepControl control;
  if (steps > 0) control.step = flow.time / steps;
  DensityRun run(alone(), flow.equation, interval_grid({points}, {-5.0}, {5.0}),
                 density_method(integrator), control);
  run.start(flow.start);
  run.run(flow.time);
  return run.solution().values();
}

Cells exact_end(const Flow& flow, std::int64_t points) {
  const Grid grid = interval_grid({points}, {-5.0}, {5.0});
  Cells values;
  for (std::int64_t i = 0; i < points; ++i) {
    values.push_back(flow.end({grid.coordinate(0, i), 0.0, 0.0}));
  }
  return values;
}

/// W₂ of two densities of the same mass, over its root.
double distance(const Cells& a, const Cells& b) {
  return std::sqrt(squared_wasserstein(a, b, 10.0 / static_cast<double>(a.size())));
}

TEST(JkoFlow, ConvergesInTheStepWithOrderOne) {
  for (const Flow& flow : flows()) {
    const std::int64_t points = flow.name == "McKean-Vlasov" ? 100 : 400;
    const Cells finest = at_end(flow, points, "jko", 192);
    std::vector<double> steps, errors;
    for (const int n : {4, 8, 16}) {
      steps.push_back(flow.time / n);
      errors.push_back(distance(at_end(flow, points, "jko", n), finest));
    }
    const double order = fitted_slope(steps, errors);
    report(flow.name + ": order in the step", order, 1.0);
    EXPECT_NEAR(order, 1.0, 0.15) << flow.name;
    expect_below(flow.name + ": W2 from the exact density",
                 distance(finest, exact_end(flow, points)), 1e-3);
    expect_below(flow.name + ": W2 from finite volumes",
                 distance(finest, at_end(flow, points, "ssprk3", 0)), 2.5e-3);
  }
}

// Against the exact end the step's error is left where the cells' is smaller: a fit in both.
TEST(JkoFlow, ConvergesToTheExactDensityInStepsAndCells) {
  for (const Flow& flow : flows()) {
    std::vector<double> steps, errors;
    for (const int n : {8, 16, 32}) {
      const std::int64_t points = 5 * n;
      steps.push_back(flow.time / n);
      errors.push_back(distance(at_end(flow, points, "jko", n), exact_end(flow, points)));
    }
    const double order = fitted_slope(steps, errors);
    report(flow.name + ": order in steps and cells", order, 1.0);
    EXPECT_GE(order, 0.85) << flow.name;
    EXPECT_LE(order, 2.5) << flow.name;
  }
}

// A density that fills the box: no flux through its walls.
TEST(JkoFlow, KeepsBetweenWalls) {
  FokkerPlanck heat;
  heat.D.texts = {"0.5"};
  const auto wave = [](double height) {
    return [=](const Point& x) { return 1.0 + height * std::cos(pi * x[0]); };
  };
  std::vector<double> steps, errors;
  for (const int n : {16, 32, 64}) {
    StepControl control;
    control.step = 0.1 / n;
    DensityRun run(alone(), heat, interval_grid({4 * n}, {0.0}, {1.0}), density_method("jko"),
                   control);
    run.start(wave(0.5));
    run.run(0.1);
    steps.push_back(0.1 / n);
    errors.push_back(run.distance(wave(0.5 * std::exp(-0.5 * pi * pi * 0.1))));
  }
  report("order", fitted_slope(steps, errors), 1.0);
  EXPECT_NEAR(fitted_slope(steps, errors), 1.0, 0.15);
  expect_below("error of 64 steps", errors.back(), 7e-4);
}

// Two heaps with nothing between them, in a spring: they meet, and rest as a parabola.
TEST(JkoFlow, LetsHeapsMeetAndComeToRest) {
  PorousMedium equation;
  equation.k.value = 1.0;
  StepControl control;
  control.step = 0.1;
  std::vector<double> widths, errors;
  for (const std::int64_t points : {40, 80, 160}) {
    DensityRun run(alone(), equation, interval_grid({points}, {-2.0}, {2.0}), density_method("jko"),
                   control);
    run.start([](const Point& x) {
      return std::abs(x[0] + 1.0) < 0.3 || std::abs(x[0] - 1.2) < 0.4 ? 0.7 : 0.0;
    });
    run.run(10.0);
    const double radius = std::cbrt(3.0 * run.mass());
    widths.push_back(4.0 / static_cast<double>(points));
    errors.push_back(run.integral([&](const Point& x, double u) {
      return std::abs(u - std::max(0.0, 0.25 * (radius * radius - x[0] * x[0])));
    }) / run.mass());
  }
  report("order", fitted_slope(widths, errors), 1.0);
  EXPECT_GE(fitted_slope(widths, errors), 0.9);
  expect_below("distance from the parabola in L1", errors.back(), 1e-2);
}

// W = |r|²/2 − |r|, with hardly any diffusion: even on an interval of length 2.
TEST(JkoFlow, OfAttractionAndRepulsionSettlesEvenly) {
  AttractionRepulsion equation;
  equation.T.value = 1e-4;
  StepControl control;
  control.step = 0.1;
  DensityRun run(alone(), equation, interval_grid({80}, {-2.0}, {2.0}), density_method("jko"),
                 control);
  run.start([](const Point& x) { return normal_density(x, {0.0}, {0.1}); });
  run.run(5.0);
  const double mass = run.mass();
  const double off = run.integral([&](const Point& x, double u) {
    return std::abs(u - (std::abs(x[0]) < 1.0 ? 0.5 * mass : 0.0));
  });
  expect_below("distance from the even density in L1", off, 2.5e-2);
}

/// A solver after some steps, perhaps by way of a checkpoint's numbers.
CellCase after(const Communicator& ranks, const Flow& flow, bool is_restarted) {
  StepControl control;
  control.step = 0.05;
  CellCase made(ranks, flow.equation, interval_grid({26}, {-5.0}, {5.0}),
                all_ends(BoundaryKind::no_flux), density_method("jko"), control);
  made.set([&](int, const Point& x) { return flow.start(x); });
  run_to(*made.solver, 0.1);
  if (is_restarted) {
    std::vector<double> scratch;
    const auto state = made.solver->state(0, 0, scratch);
    const std::vector<double> kept(state.begin(), state.end());
    const MemberProgress progress = made.solver->progress(0);
    made.solver = make_cell_solver(made.cells, made.options, {}, {flow.equation}, control);
    made.solver->set_state(0, 0, kept);
    made.solver->set_progress(0, progress);
  }
  run_to(*made.solver, 0.2);
  return made;
}

TEST(JkoFlow, HasTheSameBitsOnAnyRanksAndAcrossARestart) {
  for (const Flow& flow : {barenblatt_flow(), springs()}) {
    CellCase whole = after(world(), flow, false), single = after(alone(), flow, false);
    EXPECT_EQ(single.solver->digest(0), whole.solver->digest(0)) << flow.name;
    EXPECT_EQ(after(world(), flow, true).solver->digest(0), whole.solver->digest(0)) << flow.name;
    const auto all = single.values(), own = whole.values();
    const auto first = static_cast<std::size_t>(whole.cells.block().offset[0]);
    for (std::size_t i = 0; i < own.size(); ++i) EXPECT_EQ(own[i], all[first + i]) << flow.name;
  }
}

TEST(JkoFlow, RefusesWhatIsNoGradientFlowOnTheLine) {
  const auto refusal = [](const AnyEquation& equation, const Grid& grid) {
    return jko_refusal(density_process(equation, grid.dimensions), grid);
  };
  const Grid line = interval_grid({20}, {1.0}, {2.0});
  FokkerPlanck driven, uneven, changing, singular;
  driven.f.texts = {"1"};
  uneven.D.texts = {"1 + x^2"};
  changing.V.texts = {"x*t"};
  singular.W.texts = {"-log(abs(x))"};
  for (const auto& [equation, part] :
       {std::pair{AnyEquation(driven), "no drift"}, std::pair{AnyEquation(uneven), "one number"},
        std::pair{AnyEquation(changing), "depend on time"},
        std::pair{AnyEquation(singular), "finite at 0"},
        std::pair{AnyEquation(GeometricBrownianMotion{}), "no drift"},
        std::pair{AnyEquation(KellerSegelBox{}), "no signal"}}) {
    const std::string found = refusal(equation, line);
    EXPECT_NE(found.find(part), std::string::npos) << found;
  }
  const AnyEquation gas = PorousMedium{};
  EXPECT_NE(refusal(gas, interval_grid({9, 9}, {0.0}, {1.0})).find("1 dimension"),
            std::string::npos);
  EXPECT_NE(refusal(gas, interval_grid({9}, {0.0}, {1.0}, true)).find("no-flux"),
            std::string::npos);
  EXPECT_NE(refusal(DesaiZwanzig{}, interval_grid({4000}, {0.0}, {1.0})).find("at most"),
            std::string::npos);
  EXPECT_EQ(refusal(DesaiZwanzig{}, line), "");
  EXPECT_EQ(refusal(gas, line), "");
}

TEST(JkoFlow, RefusesEdgesThatDoNotAscendBetweenTheWalls) {
  const DensityProcess gas = density_process(PorousMedium{}, 1);
  const std::vector<double> even = {0.5, 0.5};
  EXPECT_NO_THROW(JkoFlow(gas, {0.0, 1.0}, 0.1, {{0.0, 0.5, 1.0}, even}));
  EXPECT_THROW(JkoFlow(gas, {0.0, 1.0}, 0.1, {{0.0, 0.5, 0.4}, even}), Failure);
  EXPECT_THROW(JkoFlow(gas, {0.0, 1.0}, 0.1, {{0.0, 0.5, 1.1}, even}), Failure);
}

// Cells that are the edges' own hold the masses themselves; others hold all of them together.
TEST(CellMasses, AreThoseBetweenTheEdges) {
  const LineDensity density{{0.0, 0.125, 0.25, 0.375, 0.5}, {0.1, 0.5, 1e-20, 0.3}};
  const auto own = cell_masses(density, -0.125, 0.125, 0, 6);
  const std::vector<double> expected = {0.0, 0.1, 0.5, 1e-20, 0.3, 0.0};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(own[i], expected[i], 1e-14 * expected[i]);
  double sum = 0.0;
  for (const double mass : cell_masses(density, -0.07, 0.065, 0, 10)) {
    EXPECT_GE(mass, 0.0);
    sum += mass;
  }
  EXPECT_NEAR(sum, 0.9, 1e-15);
}

}  // namespace
}  // namespace parapet
