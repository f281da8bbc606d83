#include <algorithm>

#include "methods/hamilton_jacobi_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

/// Largest second difference over h² inside this rank's block of a line. Collective.
double largest_bend(CellCase& run) {
  const auto u = run.values();
  const double h = run.cells.grid().spacing(0);
  double largest = -1e300;
  for (std::size_t i = 1; i + 1 < u.size(); ++i) {
    largest = std::max(largest, (u[i - 1] - 2.0 * u[i] + u[i + 1]) / (h * h));
  }
  return world().all_reduce(largest, Reduction::maximum);
}

/// |x| opens into a parabola, −|x| keeps its kink: u_t + u_x²/2 = 0. A kink that points downwards
/// is none of a viscosity solution, which is semiconcave: u_xx ≤ 1/t.
TEST(Kink, IsTreatedAsTheHopfLaxFormulaSays) {
  constexpr double end = 0.5;
  for (const std::int64_t order : {1, 5}) {
    std::vector<double> steps, errors;
    double bend = 0.0;
    for (const std::int64_t n : {80, 160, 320}) {
      CellCase run(world(), QuadraticHamiltonJacobi{}, open_box({n}),
                   all_ends(BoundaryKind::outflow), of_order(order), {});
      start_from(run, [](const Point& x) { return std::abs(x[0]); });
      run_to(*run.solver, end);
      steps.push_back(2.0 / static_cast<double>(n));
      errors.push_back(largest_error(run, [](const Point& x) {
        const double r = std::abs(x[0]);
        return r < end ? r * r / (2.0 * end) : r - end / 2.0;
      }));
      bend = std::max(bend, largest_bend(run));
    }
    const double slope = fitted_slope(steps, errors), least = order == 5 ? 0.95 : 0.7;
    report("order", slope, least);
    EXPECT_GE(slope, least);  // h log h and h
    expect_below("error on the finest grid", errors.back(), order == 5 ? 2e-3 : 9e-3);
    expect_below("largest u_xx times t", bend * end, order == 5 ? 1.001 : 2.0);
  }
}

/// u₀ = y − y²/2 rises from x = −1 on, so that waves would enter there. None do through an outflow
/// end: u is the Hopf–Lax minimum over the box alone.
TEST(Kink, NothingEntersThroughOutflowEnds) {
  constexpr double end = 0.4;
  const auto start = [](double y) { return y - 0.5 * y * y; };
  const auto exact = [&](const Point& x) {
    double least = 1e300;
    for (int j = 0; j <= 20000; ++j) {
      const double y = -1.0 + 1e-4 * j;
      least = std::min(least, start(y) + (x[0] - y) * (x[0] - y) / (2.0 * end));
    }
    return least;
  };
  for (const std::int64_t order : {1, 5}) {
    std::vector<double> steps, errors;
    for (const std::int64_t n : {40, 80, 160}) {
      CellCase run(world(), QuadraticHamiltonJacobi{}, open_box({n}),
                   all_ends(BoundaryKind::outflow), of_order(order), {});
      start_from(run, [&](const Point& x) { return start(x[0]); });
      run_to(*run.solver, end);
      steps.push_back(2.0 / static_cast<double>(n));
      errors.push_back(largest_error(run, exact));
    }
    const double slope = fitted_slope(steps, errors), least = order == 5 ? 0.95 : 0.7;
    report("order", slope, least);
    EXPECT_GE(slope, least);  // a kink lies at the end
    expect_below("error on the finest grid", errors.back(), order == 5 ? 1.3e-2 : 3.1e-2);
  }
}

TEST(Kink, ThatPointsUpwardsStays) {
  constexpr double end = 0.3;
  const auto exact = [](const Point& x) { return -std::abs(x[0]) - end / 2.0; };
  // Waves from beyond the ends, which are not there, would have come as far as 0.7.
  const auto is_inner = [](const Point& x) { return std::abs(x[0]) < 0.5; };
  for (const std::int64_t order : {1, 5}) {
    CellCase run(world(), QuadraticHamiltonJacobi{}, open_box({160}),
                 all_ends(BoundaryKind::outflow), of_order(order), {});
    start_from(run, [](const Point& x) { return -std::abs(x[0]); });
    run_to(*run.solver, end);
    expect_below("error in the middle", largest_error(run, exact, is_inner),
                 order == 5 ? 1e-11 : 2e-5);
  }
}

/// After the kink has formed the slope of u over a cell is the mean of the entropy solution of
/// Burgers, v_t + (v²/2)_x = 0.
TEST(Kink, SlopesAreTheEntropySolutionOfBurgers) {
  constexpr double end = 0.4, shift = 0.013;
  const auto exact = [](double x) { return CosineStart::value(x + shift, end); };
  for (const std::int64_t order : {1, 5}) {
    std::vector<double> steps, errors;
    for (const std::int64_t n : {50, 100, 200}) {
      const double h = 1.0 / static_cast<double>(n);
      CellCase run(world(), QuadraticHamiltonJacobi{}, unit_grid({n}, BoundaryKind::periodic),
                   all_ends(BoundaryKind::periodic), of_order(order), {});
      start_from(run, [](const Point& x) { return CosineStart::start(x[0] + shift); });
      run_to(*run.solver, end);
      const auto u = run.values();
      double sum = 0.0;
      run.for_each_cell([&](std::size_t i, const Point& x) {
        if (i + 1 == u.size()) return;  // its upper neighbour lies on another rank
        sum += std::abs(u[i + 1] - u[i] - (exact(x[0] + h) - exact(x[0])));
      });
      steps.push_back(h);
      errors.push_back(world().all_reduce(sum, Reduction::sum));
    }
    const double slope = fitted_slope(steps, errors);
    report("order in L1", slope, 0.9);
    EXPECT_GE(slope, 0.9);
    expect_below("L1 error of the slope", errors.back(), order == 5 ? 2e-7 : 5e-3);
  }
}

/// From |x| every level moves outwards: u = max(|x| − t, 0).
TEST(Eikonal, CirclesGrowIntoCircles) {
  constexpr double end = 0.4;
  const auto exact = [](const Point& x) { return std::max(std::hypot(x[0], x[1]) - end, 0.0); };
  const auto is_away = [](const Point& x) { return std::hypot(x[0], x[1]) > end + 0.3; };
  for (const std::int64_t order : {1, 5}) {
    std::vector<double> steps, errors, away;
    for (const std::int64_t n : {32, 64, 128}) {
      CellCase run(world(), Eikonal{}, open_box({n, n}), all_ends(BoundaryKind::outflow),
                   of_order(order), {});
      start_from(run, [](const Point& x) { return std::hypot(x[0], x[1]); });
      run_to(*run.solver, end);
      steps.push_back(2.0 / static_cast<double>(n));
      errors.push_back(largest_error(run, exact));
      away.push_back(largest_error(run, exact, is_away));
    }
    // At the kink √h is what monotone schemes promise; outflow ends are of third order.
    const double slope = fitted_slope(steps, errors), least = order == 5 ? 0.68 : 0.55;
    const double slope_away = fitted_slope(steps, away), least_away = order == 5 ? 2.9 : 0.95;
    report("order", slope, least);
    report("order away from the kink", slope_away, least_away);
    EXPECT_GE(slope, least);
    EXPECT_GE(slope_away, least_away);
    expect_below("error", errors.back(), order == 5 ? 8e-3 : 4e-2);
    expect_below("error away from the kink", away.back(), order == 5 ? 5e-7 : 6e-3);
  }
}

/// A disc that retreats: u = |x| + t as long as it is one; −c is a maximum over a ball.
TEST(Eikonal, NegativeSpeedsRetreat) {
  constexpr double end = 0.3;
  CellCase run(world(), with<Eikonal>({{"speed", -1.0}}), open_box({64, 64}),
               all_ends(BoundaryKind::outflow), of_order(5), {});
  start_from(run, [](const Point& x) { return std::hypot(x[0], x[1]); });
  run_to(*run.solver, end);
  const auto exact = [](const Point& x) { return std::hypot(x[0], x[1]) + end; };
  const auto is_inside = [](const Point& x) {
    const double r = std::hypot(x[0], x[1]);
    return r > 0.2 && r < 0.5;
  };
  expect_below("error in 0.2 < r < 0.5", largest_error(run, exact, is_inside), 2e-6);
}

/// With u = 0 at the walls and a source 1 the travel time from the walls is left.
TEST(Eikonal, TravelTimesAreDistancesToTheWalls) {
  for (const std::int64_t order : {1, 5}) {
    std::vector<double> steps, errors;
    for (const std::int64_t n : {16, 32, 64}) {
      CellCase run(world(), with<Eikonal>({{"source", 1.0}}),
                   unit_grid({n, n}, BoundaryKind::dirichlet), all_ends(BoundaryKind::dirichlet),
                   of_order(order), {});
      start_from(run, [](const Point&) { return 0.0; });
      run_to(*run.solver, 2.5);
      steps.push_back(1.0 / static_cast<double>(n));
      errors.push_back(largest_error(run, [](const Point& x) {
        return std::min({x[0], 1.0 - x[0], x[1], 1.0 - x[1]});
      }));
      expect_below("still changing", run.solver->rate_of_change(0).relative, 1e-8);
    }
    report("order", fitted_slope(steps, errors), 0.98);
    EXPECT_GE(fitted_slope(steps, errors), 0.98);
    expect_below("error on the finest grid", errors.back(), order == 5 ? 2.5e-3 : 5.5e-3);
  }
}

/// P and m of LinearQuadraticControl's comment in closed form.
struct Riccati {
  double a = 0.5, b = 1.2, q = 1.0, r = 0.7, sigma = 0.3, g = 1.0;

  double P(double t) const {
    const double root = std::sqrt(a * a + b * b * q / r), scale = r / (b * b);
    const double high = scale * (a + root), low = scale * (a - root);
    const double z = (g - high) / (g - low) * std::exp(-2.0 * root * t);
    return (high - z * low) / (1.0 - z);
  }
  double m(double t, int dimensions) const {  // Simpson
    constexpr int pieces = 200;
    double sum = 0.0;
    for (int j = 0; j <= pieces; ++j) {
      sum += P(t * j / pieces) * (j == 0 || j == pieces ? 1.0 : j % 2 == 1 ? 4.0 : 2.0);
    }
    return 0.5 * sigma * sigma * dimensions * sum * t / (3.0 * pieces);
  }
  ScalarFunction cost(double t, int dimensions) const {
    return [P = P(t), m = m(t, dimensions)](const Point& x) {
      return 0.5 * P * (x[0] * x[0] + x[1] * x[1] + x[2] * x[2]) + m;
    };
  }
};

class RiccatiCosts : public testing::TestWithParam<int> {};

TEST_P(RiccatiCosts, AreThoseOfTheControlProblem) {
  const int dimensions = GetParam();
  const Riccati exact;
  const auto equation = with<LinearQuadraticControl>({{"drift", exact.a},
                                                      {"gain", exact.b},
                                                      {"state_cost", exact.q},
                                                      {"control_cost", exact.r},
                                                      {"noise", exact.sigma}});
  constexpr double end = 0.5;
  const auto error_of = [&](std::int64_t order, std::int64_t n) {
    const std::vector<std::int64_t> points(static_cast<std::size_t>(dimensions), n);
    CellCase run(world(), equation, open_box(points), all_ends(BoundaryKind::outflow),
                 of_order(order), {2.5e-3, 0.0});
    start_from(run, exact.cost(0.0, dimensions));
    run_to(*run.solver, end);
    EXPECT_LE(run.solver->progress(0).courant, 1.0);
    return largest_error(run, exact.cost(end, dimensions));
  };
  // Parabolas are exact in fifth order, the ends included: what is left is the error in time.
  expect_below("error, order 5", error_of(5, 12), 2e-10);
  std::vector<double> steps, errors;
  for (const std::int64_t n : {16, 32, 64}) {
    if (dimensions == 3 && n == 64) continue;
    steps.push_back(2.0 / static_cast<double>(n));
    errors.push_back(error_of(1, n));
  }
  const double least = dimensions == 3 ? 0.85 : 0.9;  // from coarser grids in 3-D
  report("order of the monotone scheme", fitted_slope(steps, errors), least);
  EXPECT_GE(fitted_slope(steps, errors), least);
  expect_below("its error on the finest grid", errors.back(), 0.05);
}

INSTANTIATE_TEST_SUITE_P(LinearQuadraticControl, RiccatiCosts, testing::Values(1, 2, 3));

}  // namespace
}  // namespace parapet
