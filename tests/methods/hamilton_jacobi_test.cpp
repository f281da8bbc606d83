#include <algorithm>

#include "base/random.hpp"
#include "methods/hamilton_jacobi_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

/// A Hamiltonian by the definition of Godunov's, its extrema found by trial.
template <class Equation>
double godunov_by_trial(const Equation& equation, const Point& x, const Point& below,
                        const Point& above) {
  constexpr int tried = 200;
  const auto extremum = [&](std::size_t axis, const std::function<double(double)>& of) {
    const bool is_least = below[axis] <= above[axis];
    double best = of(below[axis]);
    for (int j = 1; j <= tried; ++j) {
      const double value = of(below[axis] + (above[axis] - below[axis]) * j / tried);
      best = is_least ? std::min(best, value) : std::max(best, value);
    }
    return best;
  };
  return extremum(0, [&](double px) {
    return extremum(1, [&](double py) {
      const Point p{px, py, 0.0};
      return equation.hamiltonian(x.data(), p.data());
    });
  });
}

template <class Equation>
void expect_godunov(const Equation& equation) {
  const RandomStream stream(5, Purpose::test);
  double largest = 0.0;
  for (std::uint64_t draw = 0; draw < 100; ++draw) {
    const Point x{stream.normal(draw, 0), stream.normal(draw, 1), 0.0};
    Point below{}, above{}, p{};
    for (std::uint32_t a = 0; a < 2; ++a) {
      below[a] = stream.normal(draw, 2 + a), above[a] = stream.normal(draw, 4 + a);
      p[a] = godunov_slope(equation, x.data(), below[a], above[a], static_cast<int>(a));
    }
    const double difference =
        equation.hamiltonian(x.data(), p.data()) - godunov_by_trial(equation, x, below, above);
    largest = std::max(largest, std::abs(difference));
  }
  expect_below("difference from the extremum found by trial", largest, 0.012);
}

TEST(GodunovSlope, IsWhereTheExtremumOfItsDefinitionLies) {
  expect_godunov(QuadraticHamiltonJacobi{});
  expect_godunov(with<Eikonal>({{"speed", 1.3}}));
  expect_godunov(with<Eikonal>({{"speed", -0.7}}));
  expect_godunov(with<LinearQuadraticControl>({{"drift", 0.6}, {"control_cost", 0.8}}));
}

struct SmoothRow {
  std::int64_t order;
  std::vector<std::int64_t> points;
  double least, most;  ///< order found
  double bound;        ///< error on the finest grid
};

class SmoothOrder : public testing::TestWithParam<SmoothRow> {};

TEST_P(SmoothOrder, IsThatOfTheMethodBeforeKinksForm) {
  const SmoothRow& row = GetParam();
  constexpr double end = 0.08;
  const std::size_t dimensions = row.points.size();
  const auto exact = [=](double t) {
    return [=](const Point& x) {
      double sum = 0.0;
      for (std::size_t a = 0; a < dimensions; ++a) {
        sum += CosineStart::value(x[a] + 0.2 * static_cast<double>(a), t);
      }
      return sum;
    };
  };
  std::vector<double> steps, errors;
  for (const std::int64_t scale : {1, 2, 4}) {
    auto points = row.points;
    for (auto& n : points) n *= scale;
    const double h = 1.0 / static_cast<double>(points[0]);
    const double dt = row.order == 5 ? 3.0 * std::pow(h, 5.0 / 3.0) : 0.2 * h;
    CellCase run(world(), QuadraticHamiltonJacobi{}, unit_grid(points, BoundaryKind::periodic),
                 all_ends(BoundaryKind::periodic), of_order(row.order), {dt, 0.0});
    start_from(run, exact(0.0));
    run_to(*run.solver, end);
    steps.push_back(h);
    errors.push_back(largest_error(run, exact(end)));
  }
  const double slope = fitted_slope(steps, errors);
  report("order", slope, row.least);
  EXPECT_GE(slope, row.least);
  EXPECT_LE(slope, row.most);
  expect_below("error on the finest grid", errors.back(), row.bound);
}

INSTANTIATE_TEST_SUITE_P(HamiltonJacobi, SmoothOrder,
                         testing::Values(SmoothRow{5, {40}, 4.8, 5.5, 1e-8},
                                         SmoothRow{5, {40, 40}, 4.8, 5.5, 1e-8},
                                         SmoothRow{1, {40}, 0.9, 1.2, 1.5e-3},
                                         SmoothRow{1, {24, 24}, 0.85, 1.2, 5e-3}));

/// The sum of solutions that each depend on one coordinate is a solution, of the scheme too.
TEST(HamiltonJacobi, AxesAreTreatedAlike) {
  const std::vector<std::int64_t> points = {13, 18, 16};
  const auto start = [](std::size_t axis, double x) {
    return CosineStart::start(x + 0.1 * static_cast<double>(axis));
  };
  const auto equation = with<QuadraticHamiltonJacobi>({{"viscosity", 1e-3}});
  for (const std::int64_t order : {1, 5}) {
    std::array<std::vector<double>, 3> lines;
    for (std::size_t a = 0; a < 3; ++a) {
      const Communicator alone = Communicator::self();
      CellCase line(alone, equation, unit_grid({points[a]}, BoundaryKind::periodic),
                    all_ends(BoundaryKind::periodic), of_order(order), {0.01, 0.0});
      start_from(line, [&](const Point& x) { return start(a, x[0]); });
      run_to(*line.solver, 0.3);
      lines[a] = line.values();
    }
    CellCase box(world(), equation, unit_grid(points, BoundaryKind::periodic),
                 all_ends(BoundaryKind::periodic), of_order(order), {0.01, 0.0});
    start_from(box,
               [&](const Point& x) { return start(0, x[0]) + start(1, x[1]) + start(2, x[2]); });
    run_to(*box.solver, 0.3);
    const double distance = largest_error(box, [&](const Point& x) {
      double sum = 0.0;
      for (std::size_t a = 0; a < 3; ++a) {
        sum += lines[a][static_cast<std::size_t>(std::lround(x[a] * double(points[a])))];
      }
      return sum;
    });
    expect_below("distance from the sum of three lines", distance, 5e-15);
  }
}

/// Cole–Hopf: u = −2ε log φ, φ = 1 + ½ e^{−ε k² t} cos kx.
TEST(HamiltonJacobi, ViscousSolutionsAreThoseOfColeAndHopf) {
  constexpr double epsilon = 0.02, end = 0.3;
  const auto exact = [](double t) {
    return [t](const Point& x) {
      const double k = 2.0 * pi;
      return -2.0 * epsilon *
             std::log(1.0 + 0.5 * std::exp(-epsilon * k * k * t) * std::cos(k * x[0]));
    };
  };
  for (const std::int64_t order : {1, 5}) {
    std::vector<double> steps, errors;
    for (const std::int64_t scale : {1, 2, 4}) {
      const std::int64_t n = scale * (order == 5 ? 24 : 60);
      const double h = 1.0 / static_cast<double>(n);
      CellCase run(world(), with<QuadraticHamiltonJacobi>({{"viscosity", epsilon}}),
                   unit_grid({n}, BoundaryKind::periodic), all_ends(BoundaryKind::periodic),
                   of_order(order), {4.0 * h * h, 0.0});
      start_from(run, exact(0.0));
      run_to(*run.solver, end);
      steps.push_back(h);
      errors.push_back(largest_error(run, exact(end)));
    }
    const double slope = fitted_slope(steps, errors), least = order == 5 ? 4.8 : 0.9;
    report("order", slope, least);
    EXPECT_GE(slope, least);
    expect_below("error on the finest grid", errors.back(), order == 5 ? 1e-9 : 4e-5);
  }
}

/// A monotone scheme keeps the order of two solutions and lets their largest distance not grow.
TEST(HamiltonJacobi, TheFirstOrderSchemeIsMonotone) {
  const RandomStream stream(3, Purpose::test);
  const std::array<AnyEquation, 3> equations = {QuadraticHamiltonJacobi{},
                                                with<Eikonal>({{"speed", -1.0}}),
                                                with<Eikonal>({{"viscosity", 0.01}})};
  for (const AnyEquation& equation : equations) {
    const Grid grid = unit_grid({17, 12}, BoundaryKind::no_flux);
    std::vector<std::vector<double>> ends;
    std::uint32_t which = 0;
    for (const double lift : {0.0, 0.3}) {
      CellCase run(world(), equation, grid, all_ends(BoundaryKind::no_flux), of_order(1),
                   {1e-3, 0.0});
      start_from(run, [&](const Point& x) {
        const auto place = static_cast<std::uint64_t>(std::lround(1e4 * (x[0] + 100.0 * x[1])));
        return stream.uniform(place) * 0.1 + lift * stream.uniform(place, 1 + which);
      });
      run_to(*run.solver, 0.05);
      EXPECT_LE(run.solver->progress(0).courant, 1.0);
      ends.push_back(run.values());
    }
    double lowest = 1.0, largest = 0.0;
    for (std::size_t i = 0; i < ends[0].size(); ++i) {
      lowest = std::min(lowest, ends[1][i] - ends[0][i]);
      largest = std::max(largest, ends[1][i] - ends[0][i]);
    }
    EXPECT_GE(lowest, 0.0);
    EXPECT_LE(largest, 0.3);
  }
}

std::uint64_t digest_after(const Communicator& ranks, const AnyEquation& equation, bool is_halted) {
  const Grid grid = open_box({19, 11, 8});
  CellCase run(ranks, equation, grid, all_ends(BoundaryKind::outflow), of_order(5), {});
  const ScalarFunction start = [](const Point& x) {
    return std::abs(x[0] - 0.2 * x[1]) + std::sin(3.0 * x[2]) * x[1];
  };
  start_from(run, start);
  run_to(*run.solver, 0.1);
  if (is_halted) {  // through a checkpoint's numbers
    std::vector<double> scratch;
    const auto u = run.solver->state(0, 0, scratch);
    const std::vector<double> kept(u.begin(), u.end());
    const auto numbers = run.solver->progress(0).to_numbers();
    start_from(run, start);
    run.solver->set_state(0, 0, kept);
    run.solver->set_progress(0, MemberProgress::from_numbers(numbers));
  }
  run_to(*run.solver, 0.2);
  return run.solver->digest(0);
}

TEST(HamiltonJacobi, HasTheSameBitsOnAnyRanksAndAcrossARestart) {
  const std::array<AnyEquation, 3> equations = {
      with<QuadraticHamiltonJacobi>({{"viscosity", 0.01}}), Eikonal{},
      with<LinearQuadraticControl>({{"drift", -0.3}})};
  const Communicator alone = world().split(world().rank());
  for (const AnyEquation& equation : equations) {
    const std::uint64_t whole = digest_after(world(), equation, false);
    EXPECT_EQ(digest_after(alone, equation, false), whole);
    EXPECT_EQ(digest_after(world(), equation, true), whole);
  }
}

}  // namespace
}  // namespace parapet
