#include "methods/volume_case.hpp"

namespace parapet {
namespace {

struct Row {
  std::string flux;
  int dimensions;
  double bound;  ///< of the error on the finest grid
};

class VectorOrder : public testing::TestWithParam<Row> {};

/// u = (w, 2w(, −w)) with w(x + 2y(− z), t): w_t + |k|² w w_s = 0, before the shock.
double smooth_error(const Row& row, std::int64_t n) {
  const std::array<double, 3> k{1.0, 2.0, row.dimensions == 3 ? -1.0 : 0.0};
  const double rate = row.dimensions == 3 ? 6.0 : 5.0, end = 0.05 / rate;
  const std::vector<std::int64_t> points(static_cast<std::size_t>(row.dimensions), n);
  const double h = 1.0 / static_cast<double>(n);
  VolumeRun run(burgers_without_viscosity(), points, {row.flux}, {0.15 * std::pow(h, 5.0 / 3.0)},
                BoundaryKind::periodic, {}, VolumeRun::everybody(), "vector");
  const auto exact = [&](double t) {
    return [t, k, rate](int c, const Point& x) {
      const double s = k[0] * x[0] + k[1] * x[1] + k[2] * x[2];
      return k[static_cast<std::size_t>(c)] * smooth_burgers(s, rate * t);
    };
  };
  run.set(exact(0.0));
  run.to(end);
  return run.relative_error(exact(end));
}

TEST_P(VectorOrder, IsFive) {
  const Row& row = GetParam();
  std::vector<double> steps, errors;
  for (const std::int64_t n : row.dimensions == 3 ? std::vector<std::int64_t>{32, 40, 48}
                                                  : std::vector<std::int64_t>{48, 72, 108}) {
    steps.push_back(1.0 / static_cast<double>(n));
    errors.push_back(smooth_error(row, n));
  }
  const double slope = fitted_slope(steps, errors);
  report("fitted order", slope, 4.8);
  EXPECT_GE(slope, 4.8);
  expect_below("error on the finest grid", errors.back(), row.bound);
}

INSTANTIATE_TEST_SUITE_P(VectorVolume, VectorOrder,
                         testing::Values(Row{"lax-friedrichs", 2, 1e-5}, Row{"godunov", 2, 1e-5},
                                         Row{"godunov", 3, 1e-3}));

/// A shock across x from (2, 1) to (0, 3): the front moves with the mean of u, and takes the jump
/// of v with it.
TEST(VectorVolume, AShockTakesTheJumpAlongItWithIt) {
  for (const char* const flux : {"lax-friedrichs", "godunov"}) {
    VolumeRun run(burgers_without_viscosity(), {200, 8}, {flux}, {}, BoundaryKind::outflow, {},
                  VolumeRun::everybody(), "vector");
    run.set([](int c, const Point& x) {
      if (x[0] < 0.25) return c == 0 ? 2.0 : 1.0;
      return c == 0 ? 0.0 : 3.0;
    });
    run.to(0.4);  // from 0.25 to 0.65
    for (const int c : {0, 1}) {
      const double left = c == 0 ? 2.0 : 1.0, right = c == 0 ? 0.0 : 3.0;
      const double mean = run.one.solver->diagnose(0).mean[static_cast<std::size_t>(c)];
      const double place = (mean - right) / (left - right);
      expect_below("distance of the front from its place, in cells", std::abs(place - 0.65) * 200.0,
                   0.05);
    }
  }
}

/// An oblique sawtooth at late times, u = k w(k·x, t), w_t + 5 w w_s = 0: its shock neither lags
/// nor leads, so the error is that of the front's width.
TEST(VectorVolume, ObliqueShocksMoveAsTheyShould) {
  const double t = 0.3, shift = 0.5 / pi;
  const auto sawtooth = [=](int c, const Point& x) {
    const double drift = 0.2 * 5.0 * t, s = x[0] + 2.0 * x[1] - drift;
    const double from_middle = s - std::floor(s) - 0.5;
    const double w =
        0.2 + (from_middle < 0.0 ? from_middle + 0.5 : from_middle - 0.5) / (5.0 * t + shift);
    return (c == 0 ? 1.0 : 2.0) * w;
  };
  for (const char* const flux : {"lax-friedrichs", "godunov"}) {
    std::vector<double> steps, errors;
    for (const std::int64_t n : {48, 96, 192}) {
      VolumeRun run(burgers_without_viscosity(), {n, n}, {flux}, {}, BoundaryKind::periodic, {},
                    VolumeRun::everybody(), "vector");
      run.set([](int c, const Point& x) {
        return (c == 0 ? 1.0 : 2.0) * (0.2 + std::sin(2.0 * pi * (x[0] + 2.0 * x[1])));
      });
      run.to(t);
      steps.push_back(1.0 / static_cast<double>(n));
      errors.push_back(run.mean_error(sawtooth));
    }
    report("fitted order in L1", fitted_slope(steps, errors), 0.8);
    EXPECT_GE(fitted_slope(steps, errors), 0.8);
    expect_below("L1 error, 192 x 192", errors.back(), 5e-3);
  }
}

/// With viscosity it is the equation that the spectral method solves, with vorticity too.
TEST(VectorVolume, AgreesWithTheSpectralSolver) {
  constexpr double viscosity = 0.05, end = 0.15;
  const FieldFunction start = [](int c, const Point& x) {
    return c == 0 ? 0.2 + std::sin(2.0 * pi * x[0]) * std::cos(2.0 * pi * x[1])
                  : std::cos(2.0 * pi * (x[0] + x[1]));
  };
  SpectralTransform transform(VolumeRun::everybody(), unit_grid({144, 144}, BoundaryKind::periodic),
                              {});
  const auto spectral =
      make_spectral_solver(transform, "vector", {burgers_member(viscosity)}, {2e-3, 0.0});
  for (const int c : {0, 1}) {
    set_field(*spectral, transform, 0, c, [&](const Point& x) { return start(c, x); });
  }
  run_to(*spectral, end);
  const std::array found{gathered_box(transform, points_of(*spectral, transform, 0, 0)),
                         gathered_box(transform, points_of(*spectral, transform, 0, 1))};
  std::vector<double> steps, errors;
  for (const std::int64_t n : {36, 48, 72}) {
    Burgers equation;
    equation.viscosity.value = viscosity;
    VolumeRun run(equation, {n, n}, {"godunov"}, {0.5 / static_cast<double>(n * n)},
                  BoundaryKind::periodic, {}, VolumeRun::everybody(), "vector");
    run.set(start);
    run.to(end);
    steps.push_back(1.0 / static_cast<double>(n));
    errors.push_back(run.relative_error([&](int c, const Point& x) {
      return found[static_cast<std::size_t>(c)][static_cast<std::size_t>(
          std::lround(x[0] * 144.0) * 144 + std::lround(x[1] * 144.0))];
    }));
  }
  report("fitted order", fitted_slope(steps, errors), 4.5);  // 3.7 from 24 to 32, 5.4 from 48 to 96
  EXPECT_GE(fitted_slope(steps, errors), 4.5);
  expect_below("distance on 72 x 72", errors.back(), 2e-5);
}

}  // namespace
}  // namespace parapet
