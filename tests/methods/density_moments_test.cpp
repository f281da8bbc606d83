#include "methods/density_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

using Matrix = std::array<std::array<double, 2>, 2>;

/// A normal density of x and y whose mean and covariance obey m' = A m, Σ' = AΣ + ΣAᵀ + 2D, by
/// Runge–Kutta steps small enough to be exact here.
struct NormalInPlane {
  Matrix A, twice_D;
  std::array<double, 2> m;
  Matrix S;

  void advance(double time) {
    constexpr int steps = 400;
    for (int n = 0; n < steps; ++n) step(time / steps);
  }
  double operator()(const Point& x) const {
    const double det = S[0][0] * S[1][1] - S[0][1] * S[0][1];
    const double u = x[0] - m[0], v = x[1] - m[1];
    const double q = (S[1][1] * u * u - 2.0 * S[0][1] * u * v + S[0][0] * v * v) / det;
    return std::exp(-0.5 * q) / (2.0 * pi * std::sqrt(det));
  }

 private:
  using State = std::array<double, 5>;
  State rate(const State& s) const {
    const Matrix C = {{{s[2], s[3]}, {s[3], s[4]}}};
    Matrix R = twice_D;
    for (std::size_t i = 0; i < 2; ++i) {
      for (std::size_t j = 0; j < 2; ++j) {
        for (std::size_t k = 0; k < 2; ++k) R[i][j] += A[i][k] * C[k][j] + C[i][k] * A[j][k];
      }
    }
    return {A[0][0] * s[0] + A[0][1] * s[1], A[1][0] * s[0] + A[1][1] * s[1], R[0][0], R[0][1],
            R[1][1]};
  }
  void step(double dt) {
    const State s = {m[0], m[1], S[0][0], S[0][1], S[1][1]};
    const auto moved = [&](const State& k, double h) {
      State to = s;
      for (std::size_t i = 0; i < 5; ++i) to[i] += h * k[i];
      return to;
    };
    const State a = rate(s), b = rate(moved(a, 0.5 * dt)), c = rate(moved(b, 0.5 * dt)),
                d = rate(moved(c, dt));
    State to = s;
    for (std::size_t i = 0; i < 5; ++i) to[i] += dt / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]);
    m = {to[0], to[1]};
    S = {{{to[2], to[3]}, {to[3], to[4]}}};
  }
};

/// Errors of the density on ever finer grids.
struct Convergence {
  std::vector<double> steps, errors;
  void expect_order(const std::string& what, double order, double tolerance, double bound) const {
    report(what + ": order", fitted_slope(steps, errors), order);
    EXPECT_NEAR(fitted_slope(steps, errors), order, tolerance) << what;
    expect_below(what + ": error on the finest grid", errors.back(), bound);
  }
};

Convergence in_plane(const AnyEquation& process, NormalInPlane exact, double end, double half_width,
                     const MethodOptions& options) {
  Convergence result;
  const NormalInPlane start = exact;
  exact.advance(end);
  for (const std::int64_t n : {32, 48, 72}) {
    DensityRun run(world(), process, interval_grid({n, n}, {-half_width}, {half_width}), options,
                   {});
    run.start(start);
    run.run(end);
    result.steps.push_back(1.0 / static_cast<double>(n));
    result.errors.push_back(
        run.solution().relative_error([&](int, const Point& x) { return exact(x); }));
  }
  return result;
}

TEST(DensityMoments, OrnsteinUhlenbeckWithRotationAndCorrelatedNoise) {
  OrnsteinUhlenbeck process;
  process.omega.value = 2.0;
  process.sigma_x.value = 1.2, process.sigma_y.value = 0.9, process.correlation.value = 0.5;
  const Tensor D = process.diffusion(nullptr, 2);
  NormalInPlane exact{{{{-1.0, -2.0}, {2.0, -1.0}}},
                      {{{2.0 * D.xx, 2.0 * D.xy}, {2.0 * D.xy, 2.0 * D.yy}}},
                      {0.8, -0.5},
                      {{{0.4, 0.1}, {0.1, 0.5}}}};
  in_plane(process, exact, 0.5, 4.0, density_method("ssprk3"))
      .expect_order("Ornstein-Uhlenbeck", 2.0, 0.2, 1e-2);
  exact.advance(40.0);
  const Tensor steady = process.steady_covariance(2);
  expect_below("Lyapunov's covariance",
               std::abs(exact.S[0][0] - steady.xx) + std::abs(exact.S[0][1] - steady.xy) +
                   std::abs(exact.S[1][1] - steady.yy),
               1e-9);
}

TEST(DensityMoments, UnderdampedLangevinInASpring) {
  UnderdampedLangevin process;
  process.gamma.value = 0.7, process.T.value = 0.6, process.k.value = 1.5;
  const NormalInPlane exact{{{{0.0, 1.0}, {-1.5, -0.7}}},
                            {{{0.0, 0.0}, {0.0, 2.0 * 0.7 * 0.6}}},
                            {0.7, 0.3},
                            {{{0.5, 0.0}, {0.0, 0.6}}}};
  in_plane(process, exact, 0.5, 4.5, density_method("ssprk3", 2))
      .expect_order("underdamped, centred", 2.0, 0.25, 2e-2);
  in_plane(process, exact, 0.5, 4.5, density_method("ssprk3", 1))
      .expect_order("underdamped, upwind", 1.0, 0.3, 0.2);
}

struct OneAxis {
  std::string name;
  AnyEquation process;
  double lower, upper, end;
  std::function<double(double x, double t)> exact;
  double bound;
};

std::vector<OneAxis> processes_on_one_axis() {
  const auto normal = [](double x, double mean, double variance) {
    return normal_density({x, 0.0, 0.0}, {mean}, {variance});
  };
  VariancePreserving preserving;
  VarianceExploding exploding;
  exploding.sigma_1.value = 4.0;
  GeometricBrownianMotion price;
  price.sigma.value = 0.3;
  return {{"variance preserving", preserving, -5.0, 5.0, 0.3,
           [=](double x, double t) {
             const double shrunk = std::exp(-preserving.elapsed(t));
             return normal(x, 1.5 * std::sqrt(shrunk), 1.0 + (0.1 - 1.0) * shrunk);
           },
           2e-3},
          {"variance exploding", exploding, -6.0, 6.0, 0.8,
           [=](double x, double t) { return normal(x, 0.5, 0.2 + exploding.elapsed(t)); }, 1e-3},
          {"geometric Brownian motion", price, 0.0, 4.0, 0.5,
           [=](double x, double t) {
             const double variance = 0.04 + 0.09 * t, mean = (0.05 - 0.045) * t;
             return normal(std::log(x), mean, variance) / x;
           },
           2e-3}};
}

TEST(DensityMoments, ProcessesOnOneAxisConvergeToTheirExactDensities) {
  for (const OneAxis& one : processes_on_one_axis()) {
    Convergence result;
    for (const std::int64_t n : {50, 100, 200}) {
      DensityRun run(world(), one.process, interval_grid({n}, {one.lower}, {one.upper}),
                     density_method("ssprk3"), {});
      run.start([&](const Point& x) { return one.exact(x[0], 0.0); });
      run.run(one.end);
      result.steps.push_back(1.0 / static_cast<double>(n));
      result.errors.push_back(run.solution().relative_error(
          [&](int, const Point& x) { return one.exact(x[0], one.end); }));
    }
    result.expect_order(one.name, 2.0, 0.2, one.bound);
  }
}

TEST(DensityMoments, StepsConvergeWithTheOrderOfTheirMethod) {
  const auto at_end = [](const std::string& integrator, std::optional<double> step) {
    VariancePreserving process;
    process.beta_1.value = 3.0;
    StepControl control;
    control.step = step;
    DensityRun run(world(), process, interval_grid({40}, {-4.0}, {4.0}), density_method(integrator),
                   control);
    run.start([](const Point& x) { return normal_density(x, {1.0}, {0.3}); });
    run.run(1.0);
    return run.solution().values();
  };
  const auto reference = at_end("ssprk3", 1e-3);
  for (const auto& [integrator, order, bound] :
       {std::tuple{"backward-euler", 1.0, 3e-2}, std::tuple{"sdirk2", 2.0, 1e-3}}) {
    Convergence result;
    for (const double step : {0.1, 0.05, 0.025}) {
      const auto found = at_end(integrator, step);
      std::array<double, 2> sums{0.0, 0.0};
      for (std::size_t i = 0; i < found.size(); ++i) {
        sums[0] += (found[i] - reference[i]) * (found[i] - reference[i]);
        sums[1] += reference[i] * reference[i];
      }
      world().all_reduce(std::span<double>(sums), Reduction::sum);
      result.steps.push_back(step);
      result.errors.push_back(std::sqrt(sums[0] / sums[1]));
    }
    result.expect_order(integrator, order, 0.15, bound);
  }
}

TEST(DensityMoments, AFormulaThatDependsOnTimeIsFollowedToSecondOrder) {
  FokkerPlanck process;  // dX = -X cos(t) dt + sqrt(2 D) dW
  process.V.texts = {"0.5*x^2*cos(t)"};
  process.D.texts = {"0.2"};
  const auto mean_after = [&](double step) {
    StepControl control;
    control.step = step;
    DensityRun run(world(), process, interval_grid({60}, {-3.0}, {3.0}), density_method("sdirk2"),
                   control);
    run.start([](const Point& x) { return normal_density(x, {0.6}, {0.3}); });
    run.run(1.0);
    return run.mean(0);
  };
  const double fine = mean_after(1e-3);
  expect_below("mean under a force in time", std::abs(fine - 0.6 * std::exp(-std::sin(1.0))), 3e-3);
  Convergence result;
  for (const double step : {0.2, 0.1, 0.05}) {
    result.steps.push_back(step);
    result.errors.push_back(std::abs(mean_after(step) - fine));
  }
  result.expect_order("steps under a force in time", 2.0, 0.3, 1e-3);
}

TEST(DensityQuantities, AreThoseOfANormalDensity) {
  OrnsteinUhlenbeck process;
  StepControl control;
  control.step = 0.1;
  DensityRun run(world(), process, interval_grid({110, 100}, {-5.0}, {5.0}),
                 density_method("backward-euler"), control);
  const Axes mean = {0.5, -0.3}, variance = {0.3, 0.4};
  run.start([&](const Point& x) { return normal_density(x, mean, variance); });
  const double entropy = 1.0 + std::log(2.0 * pi) + 0.5 * std::log(variance[0] * variance[1]);
  const double potential = 0.5 * (0.25 + 0.09 + 0.3 + 0.4);  // ∫ |x|²/2
  expect_below("mass - 1", std::abs(run.quantity("mass") - 1.0), 1e-9);
  expect_below("entropy", std::abs(run.quantity("entropy") - entropy), 1e-8);
  expect_below("free energy", std::abs(run.quantity("free_energy") - (potential - 0.5 * entropy)),
               1e-8);
  // The steady state is the normal density of variance ½.
  const double relative = 2.0 * potential - entropy + std::log(pi);
  expect_below("relative entropy", std::abs(run.quantity("relative_entropy") - relative), 1e-8);
  expect_below("Fisher information",
               std::abs(run.quantity("fisher_information") - (1.0 / 0.3 + 1.0 / 0.4)), 2e-2);
  expect_below("mean", std::abs(run.quantity("mean_y") + 0.3), 1e-9);
  expect_below("covariance", std::abs(run.quantity("covariance_xx") - 0.3), 1e-8);
  expect_below("correlation", std::abs(run.quantity("covariance_xy")), 1e-12);
  std::vector<double> sx(run.solution().cells.cell_count()), sy = sx;
  const std::array<double*, 2> score{sx.data(), sy.data()};
  run.solver().to_points(0, 1, score);
  double off = 0.0;
  run.solution().for_each_cell([&](std::size_t i, const Point& x) {
    if (std::abs(x[0]) < 3.8) off = std::max(off, std::abs(sx[i] + (x[0] - 0.5) / 0.3));
  });
  expect_below("score", world().all_reduce(off, Reduction::maximum), 1e-9);
}

}  // namespace
}  // namespace parapet
