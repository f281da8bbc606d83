#include "methods/system_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

Grid plane() {
  return interval_grid({20, 20}, {-4.0}, {4.0});
}

CellCase flock(const CuckerSmale& e, double dt, const std::string& integrator,
               std::int64_t particles = 200) {
  return begun(world(), {e, "", plane(), particles, dt, integrator},
               [](const Point& x) { return std::exp(-x[0] * x[0] - 0.5 * x[1] * x[1]); });
}

TEST(CuckerSmale, KeepsItsMomentumAndFlocks) {
  CuckerSmale e;
  e.beta.value = 0.4;
  CellCase run = flock(e, 0.1, "heun");
  const double px = quantity_of(run, "mean_velocity_x"), py = quantity_of(run, "mean_velocity_y");
  double last = quantity_of(run, "velocity_variance");
  for (const double t : {5.0, 10.0, 20.0, 40.0}) {
    run_to(*run.solver, t);
    EXPECT_LT(quantity_of(run, "velocity_variance"), 0.7 * last);
    last = quantity_of(run, "velocity_variance");
  }
  expect_below("momentum lost",
               std::hypot(quantity_of(run, "mean_velocity_x") - px,
                          quantity_of(run, "mean_velocity_y") - py),
               1e-15);
  expect_below("variance of velocities at t = 40", last, 7e-6);
}

// Without decay all pull alike: v − v̄ falls as e^{−K t}.
TEST(CuckerSmale, ConvergesInTheStep) {
  const std::vector<double> steps{0.2, 0.1, 0.05};
  for (const auto& [name, expected] : {std::pair{"euler-maruyama", 1.0}, {"heun", 2.0}}) {
    std::vector<double> errors;
    for (const double dt : steps) {
      CuckerSmale e;
      e.beta.value = 0.0;
      CellCase run = flock(e, dt, name, 50);
      const double first = quantity_of(run, "velocity_variance");
      run_to(*run.solver, 2.0);
      errors.push_back(std::abs(quantity_of(run, "velocity_variance") / first - std::exp(-4.0)));
    }
    const double fitted = fitted_slope(steps, errors);
    report(std::string("order of ") + name, fitted, expected);
    EXPECT_NEAR(fitted, expected, 0.25);
  }
}

// With noise, without decay, each velocity is an Ornstein–Uhlenbeck process about the mean one.
TEST(CuckerSmale, HasTheTemperatureOfItsNoise) {
  CuckerSmale e;
  e.beta.value = 0.0, e.D.value = 0.5, e.K.value = 2.0;
  CellCase run = flock(e, 0.05, "heun", 2000);
  run_to(*run.solver, 4.0);
  // Of two components, each D/K; Heun's own is that over 1 − K dt/2 + (K dt)²/4 − …
  const double k = e.K * 0.05, kept = 1.0 - k + 0.5 * k * k, kick = 1.0 - 0.5 * k;
  const double exact = 2.0 * 2.0 * e.D * 0.05 * kick * kick / (1.0 - kept * kept);
  expect_below("variance of velocities off",
               std::abs(quantity_of(run, "velocity_variance") / exact - 1.0),
               4.0 / std::sqrt(2000.0));
}

CellCase harmonic(double dt, const std::string& integrator, double friction,
                  std::int64_t particles) {
  InertialLangevin e;
  e.V.texts = {"x^2/2"};
  e.gamma.value = friction;
  return begun(world(), {e, "", interval_grid({40}, {-5.0}, {5.0}), particles, dt, integrator},
               [](const Point& x) { return normal_density(x, {1.0}, {0.5}); });
}

// BAOAB has the variance of x in a harmonic potential exactly, whatever the step, and that of v
// but for 1 − (ω dt)²/4 (Leimkuhler & Matthews 2013).
TEST(InertialLangevin, HasTheSteadyStateOfItsScheme) {
  constexpr std::int64_t particles = 100'000;
  const double error = std::sqrt(2.0 / particles), dt = 0.5;
  CellCase run = harmonic(dt, "baoab", 1.0, particles);
  run_to(*run.solver, 15.0);
  expect_below("variance of x off in errors",
               std::abs(quantity_of(run, "mean_square_x") - 1.0) / error, 4.0);
  const double kinetic = 1.0 - 0.25 * dt * dt;
  expect_below("variance of v off in errors",
               std::abs(quantity_of(run, "kinetic_temperature") - kinetic) / (error * kinetic),
               4.0);
}

TEST(InertialLangevin, KeepsItsEnergyToSecondOrderWithoutFriction) {
  const std::vector<double> steps{0.2, 0.1, 0.05};
  std::vector<double> errors;
  for (const double dt : steps) {
    CellCase run = harmonic(dt, "baoab", 0.0, 50);
    const double first = quantity_of(run, "mean_energy");
    double most = 0.0;
    for (int i = 1; i <= 10; ++i) {
      run_to(*run.solver, 1.0 * i);
      most = std::max(most, std::abs(quantity_of(run, "mean_energy") - first));
    }
    errors.push_back(most);
  }
  const double fitted = fitted_slope(steps, errors);
  report("order of the energy's error", fitted, 2.0);
  EXPECT_NEAR(fitted, 2.0, 0.2);
}

TEST(InertialLangevin, ComesToTheGibbsDensityOfAFormula) {
  InertialLangevin e;
  e.V.texts = {"(x^2 - 1)^2 + y^2/2"};
  e.T.value = 0.5;
  CellCase run = begun(world(), {e, "", interval_grid({24, 24}, {-3.0}, {3.0}), 20'000, 0.1},
                       [](const Point& x) {
                         return normal_density(x, {-1.0, 0.0}, {0.1, 0.1});
                       });
  run_to(*run.solver, 25.0);
  double square = 0.0, norm = 0.0;
  for (int i = -4000; i <= 4000; ++i) {
    const double x = 1e-3 * i, weight = std::exp(-std::pow(x * x - 1.0, 2) / e.T);
    square += x * x * weight, norm += weight;
  }
  expect_below("mean square of x off", std::abs(quantity_of(run, "mean_square_x") - square / norm),
               0.015);
  expect_below("mean square of y off", std::abs(quantity_of(run, "mean_square_y") - e.T), 0.015);
}

/// In how many of ten runs the consensus comes within 0.1 of the minimiser in every coordinate.
int successes(const std::string& form, double dimension, double noise) {
  int count = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    ConsensusOptimisation e;
    e.n.value = dimension, e.sigma.value = noise, e.shift.value = 0.7, e.alpha.value = 100.0;
    CellCase run =
        begun(world(), {e, form, interval_grid({10, 10}, {-3.0}, {3.0}), 200, 0.02, "auto", seed},
              [](const Point&) { return 1.0; });
    run_to(*run.solver, 10.0);
    count += quantity_of(run, "consensus_off_minimiser") < 0.1 ? 1 : 0;
  }
  return count;
}

TEST(Consensus, FindsTheLowestOfManyMinima) {
  for (const std::string form : {"rastrigin", "ackley", "griewank", "rosenbrock", "sphere"}) {
    const int found = successes(form, 2.0, 1.4);
    report("successes out of ten, " + form, found, 9);
    EXPECT_GE(found, form == "griewank" || form == "rosenbrock" ? 7 : 9) << form;
  }
}

TEST(Consensus, FindsItInTenDimensions) {
  const int found = successes("ackley", 10.0, 4.0);
  report("successes out of ten", found, 9);
  EXPECT_GE(found, 9);
}

}  // namespace
}  // namespace parapet
