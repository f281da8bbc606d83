#include "methods/volume_case.hpp"

namespace parapet {
namespace {

struct Row {
  std::string flux;
  int dimensions;
  double bound;  ///< of the error on the finest grid
};

class BurgersOrder : public testing::TestWithParam<Row> {};

/// Scalar Burgers before the shock, u = w(Σ x_a, d t), by the characteristics of w.
double burgers_error(const Row& row, std::int64_t n) {
  constexpr double end = 0.06;
  const std::vector<std::int64_t> points(static_cast<std::size_t>(row.dimensions), n);
  const double h = 1.0 / static_cast<double>(n);
  const double d = row.dimensions;
  VolumeRun run(burgers_without_viscosity(), points, {row.flux},
                {.step = 0.2 / d * std::pow(h, 5.0 / 3.0)});
  const auto exact = [&](double t) {
    return [t, d](int, const Point& x) { return smooth_burgers(x[0] + x[1] + x[2], d * t); };
  };
  run.set(exact(0.0));
  run.to(end / d);
  return run.relative_error(exact(end / d));
}

TEST_P(BurgersOrder, IsFive) {
  const Row& row = GetParam();
  std::vector<double> steps, errors;
  for (const std::int64_t n : {24, 32, 48}) {
    const std::int64_t points = row.dimensions == 1 ? 2 * n : n;
    steps.push_back(1.0 / static_cast<double>(points));
    errors.push_back(burgers_error(row, points));
  }
  const double slope = fitted_slope(steps, errors);
  report("fitted order", slope, 4.8);
  EXPECT_GE(slope, 4.8);
  expect_below("error on the finest grid", errors.back(), row.bound);
}

INSTANTIATE_TEST_SUITE_P(Volume, BurgersOrder,
                         testing::Values(Row{"lax-friedrichs", 1, 1e-5}, Row{"godunov", 1, 1e-5},
                                         Row{"lax-friedrichs", 2, 1e-4}, Row{"godunov", 2, 1e-4},
                                         Row{"godunov", 3, 1e-4}));

/// A shock from 2 to −1 moves with speed 1/2 and stays as sharp as it is.
TEST(Volume, ShockMovesAtTheMeanOfItsStates) {
  for (const char* const flux : {"lax-friedrichs", "godunov"}) {
    VolumeRun run(burgers_without_viscosity(), {200}, {flux}, {.courant = 0.5},
                  BoundaryKind::outflow);
    run.set([](int, const Point& x) { return x[0] < 0.3 ? 2.0 : -1.0; });
    const double before = run.mean();
    run.to(0.8);
    const auto u = run.gathered();
    // Mass enters with flux 2 on the left and leaves with 1/2 on the right.
    expect_below("change of mass", std::abs(run.mean() - before - 0.8 * 1.5), 1e-12);
    EXPECT_DOUBLE_EQ(u[135], 2.0);
    EXPECT_DOUBLE_EQ(u[144], -1.0);
    expect_below("overshoot over the jump", run.passing(-1.0, 2.0) / 3.0, 1e-12);
  }
}

/// Through the sonic point the fan is continuous: no expansion shock stays.
TEST(Volume, RarefactionPassesItsSonicPoint) {
  for (const char* const flux : {"lax-friedrichs", "godunov"}) {
    std::vector<double> steps, errors;
    for (const std::int64_t n : {100, 200, 400}) {
      VolumeRun run(burgers_without_viscosity(), {n}, {flux}, {.courant = 0.5},
                    BoundaryKind::outflow);
      run.set([](int, const Point& x) { return x[0] < 0.5 ? -1.0 : 1.0; });
      run.to(0.3);
      const auto fan = [](int, const Point& x) {
        return std::clamp((x[0] - 0.5) / 0.3, -1.0, 1.0);
      };
      steps.push_back(1.0 / static_cast<double>(n));
      errors.push_back(run.mean_error(fan));
    }
    report("fitted order in L1", fitted_slope(steps, errors), 0.8);
    EXPECT_GE(fitted_slope(steps, errors), 0.8);
    expect_below("L1 error, 400 cells", errors.back(), 4e-3);
  }
}

TEST(Volume, NoNewExtremaAndTheMeanStaysInTwoDimensions) {
  VolumeRun run(burgers_without_viscosity(), {60, 50}, {"godunov"}, {.courant = 0.5});
  run.set([](int, const Point& x) {
    return (x[0] < 0.5) == (x[1] < 0.5) ? 1.0 : x[0] < 0.5 ? -0.5 : 0.2;
  });
  const double before = run.mean();
  for (int i = 1; i <= 10; ++i) {
    run.to(0.05 * i);
    EXPECT_LE(run.passing(-0.5, 1.0) / 1.5, 1e-12) << i;
  }
  expect_below("drift of the mean", std::abs(run.mean() - before), 1e-14);
}

/// An N-wave: at late times u ≈ x/t between fronts that conserve the mass of each half.
TEST(Volume, NWaveDecaysAsTheInverseOfTime) {
  VolumeRun run(burgers_without_viscosity(), {256}, {"godunov"}, {.courant = 0.5});
  run.set([](int, const Point& x) { return std::sin(2.0 * pi * x[0]); });
  const auto sawtooth = [](double t) {
    return [t](int, const Point& x) { return x[0] < 0.5 ? x[0] / t : (x[0] - 1.0) / t; };
  };
  run.to(4.0);
  // The sine's last characteristics arrive like 1/(2π t)².
  expect_below("distance from a sawtooth, t = 4", run.relative_error(sawtooth(4.0 + 0.5 / pi)),
               0.08);
  run.to(8.0);
  expect_below("distance from a sawtooth, t = 8", run.relative_error(sawtooth(8.0 + 0.5 / pi)),
               0.08);
}

}  // namespace
}  // namespace parapet
