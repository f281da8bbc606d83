#include <algorithm>
#include <utility>

#include "base/failure.hpp"
#include "base/random.hpp"
#include "methods/cell_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

struct Problem {
  std::vector<std::int64_t> points;
  BoundaryKind ends;
  double at_ends = 0.0;
};

/// A problem of fields that are functions of space, solved.
struct Solved : CellCase {
  Solved(const Communicator& communicator, const AnyEquation& equation, const Problem& problem,
         const FieldFunction& fields, double tolerance = 1e-12)
      : CellCase(communicator, equation, unit_grid(problem.points, problem.ends),
                 all_ends(problem.ends), method(problem, tolerance), {}) {
    set(fields);
    solver->settle(0);
  }

  static MethodOptions method(const Problem& problem, double tolerance) {
    MethodOptions options;
    options.name = "finite-volume";
    options.solve_tolerance = tolerance;
    if (problem.ends == BoundaryKind::dirichlet) options.boundary_values = {problem.at_ends};
    return options;
  }

  /// Root mean square of u minus an exact one. Collective.
  double error(const std::function<double(const Point&)>& exact) {
    const auto found = values(0);
    double sum = 0.0;
    for_each_cell([&](std::size_t i, const Point& x) {
      sum += (found[i] - exact(x)) * (found[i] - exact(x));
    });
    const double points = static_cast<double>(cells.grid().point_count());
    return std::sqrt(cells.communicator().all_reduce(sum, Reduction::sum) / points);
  }
  double iterations() { return solver->quantities(0)[0]; }
  double residual() { return solver->quantities(0)[1]; }
};

/// u = c + Π p(x_a) and a = 1 + 0.3 Σ cos 2π x_a, with the f that goes with them.
struct Manufactured {
  BoundaryKind ends;
  std::size_t dimensions;

  double offset() const { return ends == BoundaryKind::dirichlet ? 1.0 : 0.0; }
  /// p, p′, p″.
  std::array<double, 3> shape(double x) const {
    if (ends == BoundaryKind::no_flux) {
      return {std::cos(pi * x), -pi * std::sin(pi * x), -pi * pi * std::cos(pi * x)};
    }
    const double k = ends == BoundaryKind::periodic ? 2.0 * pi : pi;
    return {std::sin(k * x), k * std::cos(k * x), -k * k * std::sin(k * x)};
  }
  double solution(const Point& x) const {
    double product = 1.0;
    for (std::size_t a = 0; a < dimensions; ++a) product *= shape(x[a])[0];
    return offset() + product;
  }
  double permeability(const Point& x) const {
    double sum = 1.0;
    for (std::size_t a = 0; a < dimensions; ++a) sum += 0.3 * std::cos(2.0 * pi * x[a]);
    return sum;
  }
  double source(const Point& x) const {
    double sum = 0.0;
    for (std::size_t a = 0; a < dimensions; ++a) {
      double others = 1.0;
      for (std::size_t b = 0; b < dimensions; ++b) others *= b == a ? 1.0 : shape(x[b])[0];
      const double slope = -0.6 * pi * std::sin(2.0 * pi * x[a]);
      sum -= others * (slope * shape(x[a])[1] + permeability(x) * shape(x[a])[2]);
    }
    return sum;
  }
  double operator()(int component, const Point& x) const {
    return component == 0 ? 0.0 : component == 1 ? permeability(x) : source(x);
  }
};

class DarcyOrder : public testing::TestWithParam<Problem> {};

TEST_P(DarcyOrder, IsTwoAndIterationsDoNotGrow) {
  const Problem& coarsest = GetParam();
  const Manufactured exact{coarsest.ends, coarsest.points.size()};
  std::vector<double> steps, errors;
  for (const std::int64_t scale : {1, 2, 4}) {
    Problem problem = coarsest;
    problem.at_ends = exact.offset();
    for (auto& n : problem.points) n *= scale;
    Solved run(world(), Darcy{}, problem, exact);
    steps.push_back(1.0 / static_cast<double>(problem.points[0]));
    errors.push_back(run.error([&](const Point& x) { return exact.solution(x); }));
    expect_below("iterations", run.iterations(),
                 8.0 + 4.0 * static_cast<double>(coarsest.points.size()));
    expect_below("residual", run.residual(), 1e-12);
  }
  const double order = fitted_slope(steps, errors);
  expect_below("error on the finest grid", errors.back(), 2e-3);
  report("order", order, 2.0);
  EXPECT_GT(order, 1.95);
  EXPECT_LT(order, 2.2);
}

INSTANTIATE_TEST_SUITE_P(Ends, DarcyOrder,
                         testing::Values(Problem{{24}, BoundaryKind::dirichlet},
                                         Problem{{23}, BoundaryKind::periodic},
                                         Problem{{21}, BoundaryKind::no_flux},
                                         Problem{{16, 20}, BoundaryKind::dirichlet},
                                         Problem{{18, 15}, BoundaryKind::periodic},
                                         Problem{{17, 16}, BoundaryKind::no_flux},
                                         Problem{{10, 9, 8}, BoundaryKind::dirichlet},
                                         Problem{{8, 9, 10}, BoundaryKind::periodic},
                                         Problem{{9, 7, 8}, BoundaryKind::no_flux}));

// Through layers in series the flux is the same: u rises by resistance.
TEST(Darcy, IsExactThroughLayersWhateverTheirContrast) {
  constexpr std::int64_t n = 32;
  const auto layer = [](double x) { return x < 0.25 ? 1.0 : x < 0.625 ? 1e-5 : 40.0; };
  const auto resistance = [](double x) {
    return std::min(x, 0.25) + std::clamp(x - 0.25, 0.0, 0.375) * 1e5 +
           std::max(x - 0.625, 0.0) / 40.0;
  };
  MethodOptions options = Solved::method({{n, 5}, BoundaryKind::no_flux}, 1e-13);
  options.boundary_values = {0.0, 1.0, 0.0, 0.0};  // x lower, x upper, y lower, y upper
  Boundaries ends = all_ends(BoundaryKind::no_flux);
  ends[0] = {BoundaryKind::dirichlet, BoundaryKind::dirichlet};
  CellCase run(world(), Darcy{}, unit_grid({n, 5}, BoundaryKind::no_flux), ends, options, {});
  run.set([&](int c, const Point& x) { return c == 1 ? layer(x[0]) : 0.0; });
  run.solver->settle(0);
  const auto found = run.values(0);
  double largest = 0.0;
  run.for_each_cell([&](std::size_t i, const Point& x) {
    largest = std::max(largest, std::abs(found[i] - resistance(x[0]) / resistance(1.0)));
  });
  expect_below("distance from the exact pressure", world().all_reduce(largest, Reduction::maximum),
               2e-10);
}

/// A permeability that jumps by a factor between random smooth regions.
FieldFunction regions(double contrast) {
  const RandomStream stream(3, Purpose::test);
  std::vector<std::array<double, 4>> waves;
  for (std::uint64_t w = 0; w < 24; ++w) {
    waves.push_back({std::floor(1.0 + 6.0 * stream.uniform(w, 0)),
                     std::floor(1.0 + 6.0 * stream.uniform(w, 1)), stream.normal(w, 2),
                     2.0 * pi * stream.uniform(w, 3)});
  }
  return [=](int component, const Point& x) {
    if (component != 1) return component == 2 ? 1.0 : 0.0;
    double sum = 0.0;
    for (const auto& w : waves) {
      sum += w[2] * std::cos(2.0 * pi * (w[0] * x[0] + w[1] * x[1]) + w[3]);
    }
    return sum < 0.0 ? 1.0 : contrast;
  };
}

TEST(Darcy, TakesFewIterationsOnAnyGridThroughJumps) {
  for (const auto& [contrast, most] : {std::pair{4.0, 14.0}, {1e2, 24.0}, {1e4, 45.0}}) {
    for (const std::int64_t n : {32, 64, 128, 256}) {
      Solved run(world(), Darcy{}, {{n, n}, BoundaryKind::dirichlet}, regions(contrast), 1e-8);
      expect_below(
          std::to_string(n) + " squared, contrast " + std::to_string(contrast) + ": iterations",
          run.iterations(), most);
    }
  }
}

TEST(Darcy, HasTheSameBitsOnAnyNumberOfRanks) {
  for (const auto& points : {std::vector<std::int64_t>{40, 33}, {13, 12, 11}, {101}}) {
    for (const auto ends : {BoundaryKind::dirichlet, BoundaryKind::no_flux}) {
      const Manufactured fields{ends, points.size()};
      const Communicator alone = Communicator::self();
      Solved here(alone, Darcy{}, {points, ends}, fields);
      Solved shared(world(), Darcy{}, {points, ends}, fields);
      EXPECT_EQ(shared.solver->digest(0), here.solver->digest(0));
      EXPECT_EQ(shared.iterations(), here.iterations());
    }
  }
}

TEST(Poisson, OnCellsAgreesWithDarcyOfPermeabilityOne) {
  const Problem problem{{30, 22}, BoundaryKind::dirichlet, 0.5};
  const auto source = [](const Point& x) { return std::exp(x[0]) * std::cos(3.0 * x[1]); };
  Solved poisson(world(), Poisson{}, problem,
                 [&](int c, const Point& x) { return c == 1 ? source(x) : 0.0; });
  Solved darcy(world(), Darcy{}, problem, [&](int c, const Point& x) {
    return c == 0 ? 0.0 : c == 1 ? 1.0 : source(x);
  });
  EXPECT_EQ(poisson.values(0), darcy.values(0));
}

TEST(Elliptic, RefusesWhatHasNoSolution) {
  const auto with = [](double permeability, double source) {
    return [=](int c, const Point&) { return c == 1 ? permeability : c == 2 ? source : 0.0; };
  };
  const auto code_of = [&](const Problem& problem, double permeability, double source) {
    try {
      Solved(world(), Darcy{}, problem, with(permeability, source));
    } catch (const Failure& failure) {
      EXPECT_TRUE(failure.is_collective());
      return failure.code();
    }
    return ExitCode::done;
  };
  EXPECT_EQ(code_of({{16, 16}, BoundaryKind::dirichlet}, 1.0, 1.0), ExitCode::done);
  EXPECT_EQ(code_of({{16, 16}, BoundaryKind::dirichlet}, 0.0, 1.0), ExitCode::bad_input);
  EXPECT_EQ(code_of({{16, 16}, BoundaryKind::dirichlet}, -1.0, 1.0), ExitCode::bad_input);
  EXPECT_EQ(code_of({{16, 16}, BoundaryKind::dirichlet}, std::nan(""), 1.0), ExitCode::bad_input);
  EXPECT_EQ(code_of({{16, 16}, BoundaryKind::dirichlet}, HUGE_VAL, 1.0), ExitCode::bad_input);
  EXPECT_EQ(code_of({{16, 16}, BoundaryKind::no_flux}, 1.0, 1.0), ExitCode::bad_input);
  EXPECT_EQ(code_of({{16, 16}, BoundaryKind::periodic}, 1.0, 0.0), ExitCode::done);
}

}  // namespace
}  // namespace parapet
