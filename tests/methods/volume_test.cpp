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
    VolumeRun run(burgers_without_viscosity(), {200}, {flux}, {}, BoundaryKind::outflow);
    run.set([](int, const Point& x) { return x[0] < 0.3 ? 2.0 : -1.0; });
    const double before = run.mean();
    run.to(0.8);
    const auto u = run.gathered();
    // Mass enters with flux 2 on the left and leaves with 1/2 on the right.
    expect_below("change of mass", std::abs(run.mean() - before - 0.8 * 1.5), 1e-12);
    // From 0.3 to 0.7, the lower face of cell 140.
    expect_below("left state four cells before the front", std::abs(u[135] - 2.0), 1e-8);
    expect_below("right state four cells behind it", std::abs(u[144] + 1.0), 1e-8);
    double place = 0.0;
    for (const double value : u) place += (value + 1.0) / 3.0 / 200.0;
    expect_below("distance of the front from 0.7, in cells", std::abs(place - 0.7) * 200.0, 1e-9);
    expect_below("overshoot over the jump", run.passing(-1.0, 2.0) / 3.0, 1e-12);
  }
}

/// Through the sonic point the fan is continuous: no expansion shock stays.
TEST(Volume, RarefactionPassesItsSonicPoint) {
  for (const char* const flux : {"lax-friedrichs", "godunov"}) {
    std::vector<double> steps, errors;
    for (const std::int64_t n : {100, 200, 400}) {
      VolumeRun run(burgers_without_viscosity(), {n}, {flux}, {}, BoundaryKind::outflow);
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
  VolumeRun run(burgers_without_viscosity(), {60, 50}, {"godunov"}, {});
  run.set([](int, const Point& x) {
    return (x[0] < 0.5) == (x[1] < 0.5) ? 1.0 : x[0] < 0.5 ? -0.5 : 0.2;
  });
  const double before = run.mean();
  for (int i = 1; i <= 10; ++i) {
    run.to(0.05 * i);
    EXPECT_LE(run.passing(-0.5, 1.0) / 1.5, 2e-11) << i;  // 8e-12
  }
  expect_below("drift of the mean", std::abs(run.mean() - before), 1e-14);
}

/// An N-wave: at late times u ≈ x/t between fronts that conserve the mass of each half.
TEST(Volume, NWaveDecaysAsTheInverseOfTime) {
  VolumeRun run(burgers_without_viscosity(), {256}, {"godunov"}, {});
  run.set([](int, const Point& x) { return std::sin(2.0 * pi * x[0]); });
  const auto sawtooth = [](double t) {
    return [t](int, const Point& x) {
      if (std::abs(x[0] - 0.5) < 1e-9) return 0.0;  // the middle of the front
      return x[0] < 0.5 ? x[0] / t : (x[0] - 1.0) / t;
    };
  };
  run.to(4.0);
  // The sine's last characteristics arrive like 1/(2π t)².
  expect_below("distance from a sawtooth, t = 4", run.relative_error(sawtooth(4.0 + 0.5 / pi)),
               2e-3);
  run.to(8.0);
  expect_below("distance from a sawtooth, t = 8", run.relative_error(sawtooth(8.0 + 0.5 / pi)),
               2e-3);
}

/// Beyond a wall Burgers' velocity goes on as −u(−x): the half line between two walls does what one
/// half of a periodic line does.
TEST(Volume, WallsMirrorTheVelocity) {
  constexpr std::int64_t n = 40;
  VolumeRun half(burgers_without_viscosity(), {n}, {}, {}, BoundaryKind::reflecting);
  const FieldFunction start = [](int, const Point& x) { return std::sin(pi * x[0]); };
  half.set(start);
  Grid line = unit_grid({2 * n}, BoundaryKind::periodic);
  line.lower[0] = -1.0 + 0.5 / n, line.length[0] = 2.0;
  CellCase whole(VolumeRun::everybody(), burgers_without_viscosity(), line,
                 all_ends(BoundaryKind::periodic), {"finite-volume", "auto", 0, {}}, {});
  whole.set(start);
  half.to(0.8);
  run_to(*whole.solver, 0.8);
  const auto of_half = half.gathered(), of_whole = gathered_line(whole);
  double largest = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double difference = std::abs(of_half[i] - of_whole[n + i]);
    largest = difference <= largest ? largest : difference;
  }
  expect_below("distance from the periodic line's half", largest, 1e-12);
  EXPECT_GE(of_half[n - 1], 0.1);  // the shock has reached the wall
}

/// With viscosity it is the equation that the spectral method solves.
TEST(Volume, AgreesWithTheSpectralSolver) {
  constexpr double viscosity = 0.05, end = 0.2;
  const FieldFunction start = [](int, const Point& x) {
    return 0.3 + std::sin(2.0 * pi * x[0]) * std::cos(2.0 * pi * x[1]);
  };
  const std::vector<std::int64_t> fine = {96, 96};
  SpectralTransform transform(VolumeRun::everybody(), unit_grid(fine, BoundaryKind::periodic), {});
  const auto spectral =
      make_spectral_solver(transform, "scalar", {burgers_member(viscosity)}, {1e-3, 0.0});
  set_field(*spectral, transform, 0, 0, [&](const Point& x) { return start(0, x); });
  run_to(*spectral, end);
  const std::vector<double> found = gathered_box(transform, points_of(*spectral, transform, 0));
  std::vector<double> steps, errors;
  for (const std::int64_t n : {24, 32, 48}) {
    Burgers equation;
    equation.viscosity.value = viscosity;
    VolumeRun run(equation, {n, n}, {"godunov"}, {0.5 * std::pow(1.0 / double(n), 2.0)});
    run.set(start);
    run.to(end);
    steps.push_back(1.0 / static_cast<double>(n));
    errors.push_back(run.relative_error([&](int, const Point& x) {
      return found[static_cast<std::size_t>(std::lround(x[0] * 96.0) * 96 +
                                            std::lround(x[1] * 96.0))];
    }));
  }
  report("fitted order", fitted_slope(steps, errors), 4.8);
  EXPECT_GE(fitted_slope(steps, errors), 4.8);
  expect_below("distance on 48 x 48", errors.back(), 1e-4);
}

}  // namespace
}  // namespace parapet
