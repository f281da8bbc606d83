#include "methods/graph_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

struct Row {
  const char* integrator;
  double order, bound;    ///< of the relative error at the smallest step
  double largest = 0.25;  ///< step
};

class GraphOrder : public testing::TestWithParam<Row> {};

// cos(2π k i/N) is an eigenvector of a ring's Laplacian: Λ = −4 sin²(π k/N).
TEST_P(GraphOrder, IsThatOfTheIntegrator) {
  const auto& [integrator, order, bound, largest] = GetParam();
  constexpr std::int64_t nodes = 24, wave = 5;
  constexpr double diffusivity = 0.7, end = 2.0;
  const Graph ring = ring_graph(nodes, 2);
  const double eigenvalue = -4.0 * std::pow(std::sin(pi * wave / nodes), 2);
  const auto mode = [](const Point& x) { return std::cos(2.0 * pi * wave * x[0] / nodes); };
  std::vector<double> steps, errors;
  for (const double step : {largest, 0.5 * largest, 0.25 * largest}) {
    GraphCase run(world(), heat_of(diffusivity), ring, integrator, {step});
    run.set([&](int, const Point& x) { return mode(x); });
    run_to(*run.solver, end);
    const double decay = std::exp(diffusivity * eigenvalue * end);
    steps.push_back(step);
    errors.push_back(run.relative_error([&](int, const Point& x) { return decay * mode(x); }));
  }
  const double slope = fitted_slope(steps, errors);
  report(std::string("order of ") + integrator, slope, order);
  EXPECT_GE(slope, order - 0.25);
  EXPECT_LE(slope, order + 0.25);
  expect_below("error at the smallest step", errors.back(), bound);
}

INSTANTIATE_TEST_SUITE_P(Integrators, GraphOrder,
                         testing::Values(Row{"euler", 1.0, 7e-2}, Row{"ssprk3", 3.0, 3e-5},
                                         Row{"rk4", 4.0, 4e-7}, Row{"crank-nicolson", 2.0, 8e-4},
                                         Row{"bdf2", 2.0, 2e-5, 0.0625}, Row{"arkimex", 3.0, 2e-5},
                                         Row{"rosenbrock-w", 3.0, 2e-5}));

TEST(GraphDiffusion, OnARingIsThatOfDifferencesOnAPeriodicLine) {
  constexpr std::int64_t nodes = 30;
  Graph ring = ring_graph(nodes, 2);
  std::ranges::fill(ring.weights, static_cast<double>(nodes * nodes));  // 1/h² on the unit line
  Brusselator equation;
  for (auto* parameter : equation.parameters()) {
    if (parameter->name.starts_with("diffusivity")) parameter->value = 2e-3;
  }
  const auto start = [](int c, double share) {
    return 1.0 + c + 0.3 * std::sin(2.0 * pi * share) + 0.1 * std::cos(6.0 * pi * share);
  };
  for (const char* const integrator : {"ssprk3", "rk4", "euler"}) {
    GraphCase network(world(), equation, ring, integrator, {0.01});
    CellCase line(world(), equation, unit_grid({nodes}, BoundaryKind::periodic),
                  all_ends(BoundaryKind::periodic), {"finite-difference", integrator, 2, {}},
                  {0.01});
    network.set([&](int c, const Point& x) { return start(c, x[0] / nodes); });
    line.set([&](int c, const Point& x) { return start(c, x[0]); });
    run_to(*network.solver, 1.0);
    run_to(*line.solver, 1.0);
    double largest = 0.0;
    for (int c = 0; c < 2; ++c) {
      largest = std::max(largest, largest_difference(all_values(network, c), all_values(line, c)));
    }
    expect_below(std::string(integrator) + ": distance from differences", largest, 2e-14);
  }
}

TEST(GraphDiffusion, KeepsTheMassAndNoExtremumGrows) {
  const Graph graph = small_network();
  for (const char* const integrator : {"ssprk3", "euler", "crank-nicolson"}) {
    const bool is_explicit = integrator != std::string("crank-nicolson");
    const StepControl control = is_explicit ? StepControl{} : StepControl{0.1};
    GraphCase run(world(), heat_of(0.3), graph, integrator, control);
    run.set_nodes([](int, std::size_t node) { return node == 7 ? 5.0 : 1.0; });
    const FieldDiagnostics before = run.solver->diagnose(0);
    run_to(*run.solver, 1.0);
    const FieldDiagnostics after = run.solver->diagnose(0);
    expect_below(std::string(integrator) + ": drift of the mean",
                 std::abs(after.mean[0] - before.mean[0]), 5e-15);
    EXPECT_LE(after.maximum, 5.0);
    EXPECT_GE(after.minimum, 1.0 - 1e-12);
    EXPECT_LT(after.gradient_square, before.gradient_square);
  }
}

// Σ over edges of w (u_i − u_j)² by hand, and what explicit steps may be: 2 over the bound of
// Gershgorin for Euler's method.
TEST(GraphDiffusion, SumsItsSlopesOverEdges) {
  Graph path;
  path.nodes = 3;
  path.edges = {{1, 0}, {2, 1}};
  path.weights = {2.0, 0.5};
  GraphCase run(world(), heat_of(1.0), path, "euler", {});
  run.set_nodes([](int, std::size_t node) { return node == 0 ? 1.0 : node == 1 ? 4.0 : 2.0; });
  EXPECT_NEAR(run.solver->diagnose(0).gradient_square, (2.0 * 9.0 + 0.5 * 4.0) / 3.0, 1e-14);
  run.solver->step(1.0);
  EXPECT_NEAR(run.solver->progress(0).time, 0.5 * 2.0 / (2.0 * 2.5), 1e-15);
}

// −(W′) is the reaction: the free energy falls, to the limit of errors in time.
TEST(GraphDiffusion, OfAllenCahnLowersTheFreeEnergy) {
  const Graph graph = small_network();
  GraphCase run(world(), AllenCahn{}, graph, "rk4", {0.02});
  run.set_nodes([](int, std::size_t node) { return std::sin(3.0 * static_cast<double>(node)); });
  double before = run.solver->quantities(0).at(0);
  for (int frame = 1; frame <= 10; ++frame) {
    run_to(*run.solver, 0.1 * frame);
    const double now = run.solver->quantities(0).at(0);
    EXPECT_LT(now, before);
    before = now;
  }
}

}  // namespace
}  // namespace parapet
