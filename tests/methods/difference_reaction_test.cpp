#include "methods/cell_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

Heat heat(double diffusivity) {
  Heat equation;
  equation.parameters()[0]->value = diffusivity;
  return equation;
}

/// A product of eigenfunctions of the Laplacian that fits the ends, each with eigenvalue (wave)².
FieldFunction decaying_wave(BoundaryKind kind, int dimensions, double diffusivity, double time) {
  return [=](int, const Point& x) {
    const double wave = kind == BoundaryKind::periodic ? 2.0 * pi : pi;
    double u = std::exp(-diffusivity * wave * wave * dimensions * time);
    for (int a = 0; a < dimensions; ++a) {
      const double angle = wave * x[static_cast<std::size_t>(a)];
      u *= kind == BoundaryKind::no_flux ? std::cos(angle) : std::sin(angle);
    }
    return u;
  };
}

double heat_error(BoundaryKind kind, std::vector<std::int64_t> points, std::int64_t order) {
  constexpr double diffusivity = 0.05, end = 0.4;
  const int dimensions = static_cast<int>(points.size());
  const double h = 1.0 / static_cast<double>(points[0]);
  CellCase heat_case(world(), heat(diffusivity), unit_grid(points, kind), all_ends(kind),
                     {"finite-difference", "auto", order, {}}, {0.1 * h * h / diffusivity, 0.0});
  heat_case.set(decaying_wave(kind, dimensions, diffusivity, 0.0));
  run_to(*heat_case.solver, end);
  return heat_case.relative_error(decaying_wave(kind, dimensions, diffusivity, end));
}

struct Row {
  BoundaryKind kind;
  std::int64_t order;
  int dimensions;
  double bound;  ///< on the finest grid
};

class HeatOrder : public testing::TestWithParam<Row> {};

TEST_P(HeatOrder, IsThatOfTheDifferences) {
  const Row& row = GetParam();
  std::vector<double> steps, errors;
  for (const std::int64_t n : {12, 24, 48}) {
    if (row.dimensions == 3 && n > 24) continue;
    const std::vector<std::int64_t> points(static_cast<std::size_t>(row.dimensions), n);
    steps.push_back(1.0 / static_cast<double>(n));
    errors.push_back(heat_error(row.kind, points, row.order));
  }
  const double slope = fitted_slope(steps, errors);
  report("order", slope, static_cast<double>(row.order));
  EXPECT_GE(slope, static_cast<double>(row.order) - 0.15);
  EXPECT_LE(slope, static_cast<double>(row.order) + 0.4);
  expect_below("error on the finest grid", errors.back(), row.bound);
}

INSTANTIATE_TEST_SUITE_P(Differences, HeatOrder,
                         testing::Values(Row{BoundaryKind::periodic, 2, 1, 2e-3},
                                         Row{BoundaryKind::periodic, 4, 2, 2e-4},
                                         Row{BoundaryKind::no_flux, 2, 2, 4e-4},
                                         Row{BoundaryKind::no_flux, 4, 1, 1e-6},
                                         Row{BoundaryKind::dirichlet, 2, 1, 2e-4},
                                         Row{BoundaryKind::dirichlet, 4, 2, 1e-5}));

/// Ablowitz & Zeppetella (1979): the Fisher–KPP front of speed 5/√6, D = r = 1, between Dirichlet
/// ends where it is 1 and 0 to 1e-9.
TEST(DifferenceReaction, FisherFrontMovesAtItsExactSpeed) {
  const auto exact = [](double t) {
    return [t](int, const Point& x) {
      return std::pow(1.0 + std::exp((x[0] - 5.0 * t / std::sqrt(6.0)) / std::sqrt(6.0)), -2.0);
    };
  };
  FisherKpp equation;
  for (Parameter* parameter : equation.parameters()) parameter->value = 1.0;
  Grid grid = unit_grid({1200}, BoundaryKind::dirichlet);
  grid.lower[0] = -60.0, grid.length[0] = 120.0;
  CellCase front(world(), equation, grid, all_ends(BoundaryKind::dirichlet),
                 {"finite-difference", "auto", 4, {1.0, 0.0}}, {});
  front.set(exact(0.0));
  run_to(*front.solver, 4.0);
  expect_below("front at t = 4", front.relative_error(exact(4.0)), 1e-6);
}

struct Steps {
  const char* integrator;
  StepControl control;
};

std::uint64_t digest_after(const Communicator& ranks, const Steps& steps, double stop) {
  CellCase spots(ranks, GrayScott{}, unit_grid({19, 11, 6}, BoundaryKind::no_flux),
                 all_ends(BoundaryKind::no_flux), {"finite-difference", steps.integrator, 2, {}},
                 steps.control);
  spots.set([](int c, const Point& x) {
    const double bump = std::exp(-20.0 * (x[0] * x[0] + x[1] + x[2] * x[2]));
    return c == 0 ? 1.0 - bump : 0.5 * bump;
  });
  if (stop > 0.0) {  // through a checkpoint's numbers
    run_to(*spots.solver, stop);
    std::vector<double> scratch;
    const auto u = spots.solver->state(0, 0, scratch);
    const std::vector<double> kept_u(u.begin(), u.end());
    const auto v = spots.solver->state(0, 1, scratch);
    const std::vector<double> kept_v(v.begin(), v.end());
    const MemberProgress progress = spots.solver->progress(0);
    spots.set([](int, const Point&) { return 0.0; });
    spots.solver->set_state(0, 0, kept_u);
    spots.solver->set_state(0, 1, kept_v);
    spots.solver->set_progress(0, progress);
  } else {
    run_to(*spots.solver, 30.0);
  }
  run_to(*spots.solver, 60.0);
  return spots.solver->digest(0);
}

TEST(DifferenceReaction, HasTheSameBitsOnAnyRanksAndAcrossARestart) {
  const Communicator alone = world().split(world().rank());
  for (const Steps& steps : {Steps{"ssprk3", {}}, Steps{"rk4", {}}, Steps{"euler", {7.0}},
                             Steps{"rkc", {9.0}}, Steps{"rkc", {{}, 1e-4}}}) {
    const std::uint64_t whole = digest_after(world(), steps, 0.0);
    EXPECT_EQ(digest_after(alone, steps, 0.0), whole) << steps.integrator;
    EXPECT_EQ(digest_after(world(), steps, 30.0), whole) << steps.integrator;
  }
}

TEST(DifferenceReaction, HeatKeepsItsMeanBetweenWallsAndNoExtremumGrows) {
  CellCase heat_case(world(), heat(0.1), unit_grid({40, 24}, BoundaryKind::no_flux),
                     all_ends(BoundaryKind::no_flux), {"finite-difference", "auto", 2, {}}, {});
  heat_case.set([](int, const Point& x) { return x[0] > 0.3 && x[1] < 0.6 ? 2.0 : 0.5; });
  const FieldDiagnostics before = heat_case.solver->diagnose(0);
  run_to(*heat_case.solver, 0.05);
  const FieldDiagnostics after = heat_case.solver->diagnose(0);
  expect_below("drift of the mean", std::abs(after.mean[0] - before.mean[0]), 5e-15);
  EXPECT_LE(after.maximum, 2.0);
  EXPECT_GE(after.minimum, 0.5);
  EXPECT_LE(after.energy, before.energy);
}

}  // namespace
}  // namespace parapet
