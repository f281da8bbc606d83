#include "methods/particle_case.hpp"
#include "particles/normal_noise.hpp"

namespace parapet {
namespace {

const Communicator& alone() {
  static const Communicator self = Communicator::self();
  return self;
}

UnderdampedLangevin pulled(double k, double q, double T) {
  UnderdampedLangevin equation;
  equation.gamma.value = 0.7, equation.T.value = T, equation.k.value = k, equation.q.value = q;
  return equation;
}

CellCase phase_plane(const Communicator& ranks, const UnderdampedLangevin& equation,
                     std::int64_t particles, double dt) {
  return CellCase(ranks, equation, interval_grid({64, 64}, {-8.0}, {8.0}),
                  all_ends(BoundaryKind::no_flux), particle_method(particles, "baoab"), {dt});
}

/// A step as the solver makes it where springs pull: (x, v) ← M (x, v) + s ξ.
struct LinearStep {
  double M[2][2], s[2];
};

LinearStep linear_step(double k, double T, double dt) {
  LinearStep step{};
  const std::vector<double> unit{1.0, 0.0}, other{0.0, 1.0}, zero{0.0, 0.0};
  CellCase still = phase_plane(alone(), pulled(k, 0.0, 0.0), 2, dt);
  CellCase noisy = phase_plane(alone(), pulled(k, 0.0, T), 2, dt);
  still.solver->set_state(0, 0, unit), still.solver->set_state(0, 1, other);
  noisy.solver->set_state(0, 0, zero), noisy.solver->set_state(0, 1, zero);
  for (CellCase* const run : {&still, &noisy}) {
    run->solver->set_progress(0, {});
    run->solver->step(dt);
  }
  std::array<double, 2> first, second;
  NormalNoise(5, 0, 2).fill(0, 2, {0, 0}, std::array{first.data(), second.data()});
  std::vector<double> scratch;
  for (int row = 0; row < 2; ++row) {
    const auto column = still.solver->state(0, row, scratch);
    step.M[row][0] = column[0], step.M[row][1] = column[1];
    step.s[row] = noisy.solver->state(0, row, scratch)[0] / second[0];
  }
  return step;
}

/// xx, xv and vv of the covariance that steps keep.
std::array<double, 3> steady_covariance(const LinearStep& step) {
  const auto& [M, s] = step;
  std::array<double, 3> C{};
  for (int n = 0; n < 4000; ++n) {
    const auto [xx, xv, vv] = C;
    const auto entry = [&](int a, int b) {
      return M[a][0] * M[b][0] * xx + (M[a][0] * M[b][1] + M[a][1] * M[b][0]) * xv +
             M[a][1] * M[b][1] * vv + s[a] * s[b];
    };
    C = {entry(0, 0), entry(0, 1), entry(1, 1)};
  }
  return C;
}

// Exact in ⟨x²⟩ (Leimkuhler & Matthews 2013); ⟨v²⟩ = T (1 − k dt²/4).
TEST(Inertia, OfSpringsHasTheExactSteadyPlaces) {
  const double k = 2.0, T = 0.5;
  const std::vector<double> steps{0.4, 0.2, 0.1, 0.05};
  std::vector<double> errors;
  for (const double dt : steps) {
    const auto [xx, xv, vv] = steady_covariance(linear_step(k, T, dt));
    expect_below("steady variance of places off T/k", std::abs(xx * k / T - 1.0), 1e-12);
    expect_below("their covariance with velocities", std::abs(xv), 1e-12);
    errors.push_back(std::abs(vv / T - 1.0));
    EXPECT_NEAR(vv, T * (1.0 - 0.25 * k * dt * dt), 1e-12);
  }
  expect_below("order of the variance of velocities off 2",
               std::abs(fitted_slope(steps, errors) - 2.0), 1e-6);
}

/// (x, v) at `time` from (1, 0) without noise: (x, v)' = (v, −k x − γ v).
std::array<double, 2> exact_mean(double k, double gamma, double time) {
  const double omega = std::sqrt(k - 0.25 * gamma * gamma), decay = std::exp(-0.5 * gamma * time);
  return {decay * (std::cos(omega * time) + 0.5 * gamma / omega * std::sin(omega * time)),
          -decay * k / omega * std::sin(omega * time)};
}

TEST(Inertia, IsOfWeakOrderTwo) {
  const double k = 2.0, end = 2.0;
  const std::vector<double> steps{0.2, 0.1, 0.05, 0.025};
  std::vector<double> errors;
  const auto [x, v] = exact_mean(k, 0.7, end);
  for (const double dt : steps) {
    const LinearStep step = linear_step(k, 0.0, dt);
    std::array<double, 2> mean{1.0, 0.0};
    for (int n = 0; n < std::lround(end / dt); ++n) {
      mean = {step.M[0][0] * mean[0] + step.M[0][1] * mean[1],
              step.M[1][0] * mean[0] + step.M[1][1] * mean[1]};
    }
    errors.push_back(std::hypot(mean[0] - x, mean[1] - v));
  }
  expect_below("order of the mean off 2", std::abs(fitted_slope(steps, errors) - 2.0), 0.05);
}

/// ⟨x²⟩ of e^{−x⁴/4T}, by the midpoint rule.
double quartic_variance(double T) {
  double sum = 0.0, square = 0.0;
  for (double x = 0.0005; x < 6.0; x += 0.001) {
    const double weight = std::exp(-0.25 * x * x * x * x / T);
    sum += weight, square += weight * x * x;
  }
  return square / sum;
}

/// The mean over time of the variance of places, from about steady.
double mean_variance(double dt) {
  CellCase run = phase_plane(alone(), pulled(0.0, 1.0, 0.25), 400'000, dt);
  run.set([](int, const Point& x) { return normal_density(x, {0.0, 0.0}, {0.34, 0.25}); });
  double sum = 0.0;
  constexpr int times = 20;
  run_to(*run.solver, 10.0);
  for (int n = 0; n < times; ++n) {
    run_to(*run.solver, 10.0 + 2.0 * (n + 1));
    sum += quantity_of(run, "variance_x") / times;
  }
  return sum;
}

TEST(Inertia, OfAQuarticSpringIsOfOrderTwoInPlaces) {
  const double exact = quartic_variance(0.25);
  const std::vector<double> steps{0.5, 0.4, 0.3};
  std::vector<double> errors;
  for (const double dt : steps) errors.push_back(std::abs(mean_variance(dt) / exact - 1.0));
  // Drawn with an error of 4e-4.
  expect_below("error of the variance with the longest steps", errors.front(), 8e-3);
  expect_below("its order off 2", std::abs(fitted_slope(steps, errors) - 2.0), 0.3);
}

}  // namespace
}  // namespace parapet
