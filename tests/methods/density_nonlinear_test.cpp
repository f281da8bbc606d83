#include "methods/density_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

StepControl steps_of(double step) {
  StepControl control;
  if (step > 0.0) control.step = step;
  return control;
}

/// The free energy is what the solver says; it may not rise over any step.
void run_downhill(DensityRun& run, double step, int count) {
  double before = run.quantity("free_energy");
  for (int n = 1; n <= count; ++n) {
    run.run(step * n);
    const double now = run.quantity("free_energy");
    ASSERT_LE(now, before + 1e-12 * std::max(1.0, std::abs(before))) << "after step " << n;
    before = now;
  }
}

/// Barenblatt (1952), in d dimensions with the constant C.
double barenblatt(const Point& x, int d, double m, double C, double t) {
  const double alpha = d / (d * (m - 1.0) + 2.0), kappa = alpha * (m - 1.0) / (2.0 * m * d);
  double square = 0.0;
  for (std::size_t a = 0; a < static_cast<std::size_t>(d); ++a) square += x[a] * x[a];
  const double inside = C - kappa * square * std::pow(t, -2.0 * alpha / d);
  return inside > 0.0 ? std::pow(t, -alpha) * std::pow(inside, 1.0 / (m - 1.0)) : 0.0;
}

double barenblatt_error(int d, double m, std::int64_t n, const std::string& integrator,
                        double step) {
  PorousMedium equation;
  equation.m.value = m;
  const std::vector<std::int64_t> points(static_cast<std::size_t>(d), n);
  DensityRun run(world(), equation, interval_grid(points, {-3.0}, {3.0}),
                 density_method(integrator), steps_of(step));
  run.start([&](const Point& x) { return barenblatt(x, d, m, 0.3, 1.0); });
  run.run(0.5);
  const double off = run.integral(
      [&](const Point& x, double u) { return std::abs(u - barenblatt(x, d, m, 0.3, 1.5)); });
  return off / run.mass();
}

// The solution is not smooth at its front: order 1 + 1/(m − 1) in L1 at most.
TEST(PorousMedium, ConvergesToBarenblatt) {
  for (const auto& [d, m, order, bound] :
       {std::tuple{1, 2.0, 1.7, 2e-3}, std::tuple{1, 3.0, 1.3, 6e-3},
        std::tuple{2, 2.0, 1.6, 2e-2}}) {
    std::vector<double> steps, errors;
    for (const std::int64_t n : {24, 48, 96}) {
      if (d == 2 && n > 48) continue;
      steps.push_back(1.0 / static_cast<double>(n));
      errors.push_back(barenblatt_error(d, m, n, "ssprk3", 0.0));
    }
    const std::string name = "m = " + std::to_string(m) + " in " + std::to_string(d) + " D";
    report(name + ": order", fitted_slope(steps, errors), order);
    EXPECT_GE(fitted_slope(steps, errors), order - 0.3) << name;
    expect_below(name + ": error on the finest grid", errors.back(), bound);
  }
}

TEST(PorousMedium, IsReachedByLongImplicitStepsToo) {
  const double reference = barenblatt_error(1, 2.0, 96, "ssprk3", 0.0);
  std::vector<double> steps = {0.05, 0.025, 0.0125}, errors;
  for (const double step : steps)
    errors.push_back(barenblatt_error(1, 2.0, 96, "backward-euler", step));
  report("backward Euler: order", fitted_slope(steps, errors), 1.0);
  EXPECT_GE(fitted_slope(steps, errors), 0.75);
  expect_below("backward Euler, step 0.0125", errors.back(), 6e-3);
  expect_below("sdirk2, step 0.025", barenblatt_error(1, 2.0, 96, "sdirk2", 0.025),
               2.0 * reference);
}

TEST(PorousMedium, InASpringRestsWhereItsEnergyIsLeast) {
  PorousMedium equation;
  equation.k.value = 1.0;
  DensityRun run(world(), equation, interval_grid({60}, {-2.0}, {2.0}),
                 density_method("backward-euler"), steps_of(0.1));
  run.start([](const Point& x) { return std::abs(x[0] - 0.5) < 0.5 ? 1.0 : 0.0; });
  run_downhill(run, 0.1, 100);
  // 2 ρ + ½ x² is the same wherever there is something: a parabola of mass R³/3.
  const double radius = std::cbrt(3.0 * run.mass());
  const auto exact = [&](const Point& x) {
    return std::max(0.0, 0.25 * (radius * radius - x[0] * x[0]));
  };
  expect_below("distance from the parabola", run.distance(exact), 2e-2);
}

TEST(McKeanVlasov, WithSpringsKeepsItsGaussian) {
  McKeanVlasov equation;
  equation.k.value = 0.5, equation.kappa.value = 1.5, equation.T.value = 0.3;
  const double end = 0.6, decay = std::exp(-4.0 * end);
  const double variance = 0.3 / 2.0 + (0.4 - 0.3 / 2.0) * decay, mean = 0.8 * std::exp(-0.5 * end);
  std::vector<double> steps, errors;
  for (const std::int64_t n : {40, 80, 160}) {
    DensityRun run(world(), equation, interval_grid({n}, {-4.0}, {4.0}), density_method("ssprk3"),
                   {});
    run.start([](const Point& x) { return normal_density(x, {0.8}, {0.4}); });
    run.run(end);
    steps.push_back(1.0 / static_cast<double>(n));
    errors.push_back(run.solution().relative_error(
        [&](int, const Point& x) { return normal_density(x, {mean}, {variance}); }));
  }
  report("order", fitted_slope(steps, errors), 2.0);
  EXPECT_NEAR(fitted_slope(steps, errors), 2.0, 0.15);
  expect_below("error on 160 cells", errors.back(), 1e-3);
}

TEST(McKeanVlasov, StepsConvergeWithTheOrderOfTheirMethod) {
  McKeanVlasov equation;
  equation.kappa.value = 1.5;
  const auto at_end = [&](const std::string& integrator, double step) {
    DensityRun run(world(), equation, interval_grid({24, 20}, {-3.0}, {3.0}),
                   density_method(integrator), steps_of(step));
    run.start([](const Point& x) { return normal_density(x, {0.4, 0.0}, {0.6, 0.3}); });
    run.run(0.5);
    return run.covariance(0, 0);
  };
  const double reference = at_end("ssprk3", 0.0025);
  for (const auto& [integrator, order] :
       {std::pair{"backward-euler", 1.0}, std::pair{"sdirk2", 2.0}}) {
    std::vector<double> steps = {0.1, 0.05, 0.025}, errors;
    for (const double step : steps) {
      errors.push_back(std::abs(at_end(integrator, step) - reference));
    }
    report(std::string(integrator) + ": order", fitted_slope(steps, errors), order);
    EXPECT_NEAR(fitted_slope(steps, errors), order, 0.25) << integrator;
  }
}

/// e^{−(V + ½ (x − m)²)/T} of Desai and Zwanzig with κ = 1.
double magnet(double x, double T, double m) {
  return std::exp(-(0.25 * x * x * x * x - 0.5 * x * x + 0.5 * (x - m) * (x - m)) / T);
}

/// ∫ xⁿ of it over ∫ of it.
double magnet_moment(int n, double T, double m) {
  double sum = 0.0, moment = 0.0;
  for (int i = 0; i < 800; ++i) {
    const double x = -4.0 + (i + 0.5) * 0.01, weight = magnet(x, T, m);
    sum += weight, moment += weight * std::pow(x, n);
  }
  return moment / sum;
}

DensityRun magnet_run(double T, std::int64_t points, double step) {
  DesaiZwanzig equation;
  equation.T.value = T;
  return {world(), equation, interval_grid({points}, {-3.0}, {3.0}),
          density_method("backward-euler"), steps_of(step)};
}

TEST(DesaiZwanzig, ComesToRestAtTheSelfConsistentMean) {
  for (const double T : {0.2, 0.35}) {
    DensityRun run = magnet_run(T, 80, 1.0);
    run.start([](const Point& x) { return normal_density(x, {0.3}, {0.3}); });
    run_downhill(run, 1.0, 70);
    double m = 1.0;
    for (int iteration = 0; iteration < 2000; ++iteration) m = magnet_moment(1, T, m);
    EXPECT_GT(m, 0.3);
    expect_below("mean against self-consistency at T = " + std::to_string(T),
                 std::abs(run.mean(0) - m), 1e-4);
  }
}

// Where the symmetric state loses its stability: T = ⟨x²⟩ of it (Dawson 1983).
TEST(DesaiZwanzig, LosesItsSymmetryAtTheCriticalTemperature) {
  double critical = 0.45;
  for (int iteration = 0; iteration < 200; ++iteration) critical = magnet_moment(2, critical, 0.0);
  std::array<double, 2> growth{};
  for (const std::size_t i : {0U, 1U}) {
    const double T = critical + (i == 0 ? -0.02 : 0.02);
    DensityRun run = magnet_run(T, 120, 0.2);
    double mass = 0.0;
    for (int n = 0; n < 800; ++n) mass += 0.01 * magnet(-4.0 + (n + 0.5) * 0.01, T, 0.0);
    run.start([&](const Point& x) { return magnet(x[0], T, 1e-4) / mass; });
    run.run(4.0);
    const double before = run.mean(0);
    run.run(8.0);
    growth[i] = std::log(run.mean(0) / before) / 4.0;
  }
  EXPECT_GT(growth[0], 0.0);
  EXPECT_LT(growth[1], 0.0);
  const double crossing = critical - 0.02 + 0.04 * growth[0] / (growth[0] - growth[1]);
  report("critical temperature", crossing, critical);
  expect_below("critical temperature: relative error", std::abs(crossing / critical - 1.0), 2e-3);
}

DensityRun signal_run(double mass, std::int64_t n, const std::string& integrator, double step) {
  DensityRun run(world(), KellerSegel{}, interval_grid({n, n}, {-6.0}, {6.0}),
                 density_method(integrator), steps_of(step));
  run.start([&](const Point& x) { return mass * normal_density(x, {0.0, 0.0}, {0.8, 0.8}); });
  return run;
}

double second_moment(DensityRun& run) {
  return run.integral([](const Point& x, double u) { return u * (x[0] * x[0] + x[1] * x[1]); });
}

// d/dt ∫|x|²ρ = 4 M (1 − M/8π) on the plane.
TEST(KellerSegel, HasTheSecondMomentOfThePlane) {
  for (const double share : {0.5, 0.9, 1.1, 1.5}) {
    const double mass = 8.0 * pi * share;
    std::vector<double> steps, errors;
    for (const std::int64_t n : {32, 48, 64}) {
      DensityRun run = signal_run(mass, n, "ssprk3", 0.0);
      const double before = second_moment(run);
      run_downhill(run, 0.05, 2);
      const double exact = 4.0 * mass * (1.0 - share) * 0.1;
      steps.push_back(1.0 / static_cast<double>(n));
      errors.push_back(std::abs(second_moment(run) - before - exact) / mass);
      EXPECT_EQ(second_moment(run) > before, share < 1.0) << share;
    }
    const std::string name = "M/8pi = " + std::to_string(share);
    report(name + ": order", fitted_slope(steps, errors), 2.0);
    if (share > 0.8) {
      EXPECT_NEAR(fitted_slope(steps, errors), 2.0, 0.2) << name;
    }
    expect_below(name + ": second moment against 4 M (1 - M/8pi) t", errors.back(), 6e-3);
  }
}

// At M = 12π the second moment of the plane would be 0 at t = 0.8.
TEST(KellerSegel, SpreadsBelowTheMassOf8PiAndConcentratesAboveIt) {
  const auto share_of_fullest_cell = [](double share) {
    DensityRun run = signal_run(8.0 * pi * share, 32, "backward-euler", 0.04);
    const double before = run.solver().diagnose(0).maximum / run.mass();
    run_downhill(run, 0.04, 25);
    const double after = run.solver().diagnose(0).maximum / run.mass();
    EXPECT_EQ(after < before, share < 1.0);
    return after * 12.0 / 32 * 12.0 / 32;
  };
  expect_below("M/8pi = 0.5: share of the mass in the fullest cell", share_of_fullest_cell(0.5),
               0.02);
  const double above = share_of_fullest_cell(1.5);
  report("M/8pi = 1.5: share of the mass in the fullest cell", above, 0.18);
  EXPECT_GE(above, 0.18);
}

/// How fast a small wave k along x on an even density grows, until a time.
double growth_rate(DensityRun& run, double density, double k, double time) {
  run.start([&](const Point& x) { return density * (1.0 + 1e-6 * std::cos(k * x[0])); });
  const auto wave = [&] {
    return run.integral([&](const Point& x, double u) { return u * std::cos(k * x[0]); });
  };
  const double before = wave();
  run.run(time);
  return std::log(wave() / before) / time;
}

// A wave k on an even density ρ₀ grows at the rate −D k² + χ ρ₀ k²/(k² + α).
TEST(KellerSegelBox, LetsWavesGrowAtTheirRates) {
  for (const double alpha : {0.0, 2.0}) {
    for (const double rho : {4.0, 20.0}) {
      KellerSegelBox equation;
      equation.alpha.value = alpha;
      const double k = pi, exact = -k * k + rho * k * k / (k * k + alpha), time = 0.05;
      std::vector<double> steps, errors;
      for (const std::int64_t n : {10, 20, 40}) {
        DensityRun run(world(), equation, interval_grid({n, 6}, {0.0}, {1.0}),
                       density_method("ssprk3"), {});
        steps.push_back(1.0 / static_cast<double>(n));
        errors.push_back(std::abs(growth_rate(run, rho, k, time) - exact));
      }
      const std::string name =
          "alpha = " + std::to_string(alpha) + ", density " + std::to_string(rho);
      report(name + ": rate", exact, exact);
      report(name + ": order", fitted_slope(steps, errors), 2.0);
      EXPECT_NEAR(fitted_slope(steps, errors), 2.0, 0.1) << name;
      expect_below(name + ": error of the rate on 40 cells", errors.back(), 1e-2);
    }
  }
}

// Opinions spread evenly round a circle: the first three waves, of which noise damps two.
TEST(Interactions, OfBoundedConfidenceGrowFromTheEvenState) {
  BoundedConfidence opinions;
  opinions.kappa.value = 1.0, opinions.R.value = 0.25, opinions.T.value = 0.004;
  const double R = 0.25, T = 0.004, time = 0.5;
  for (const int waves : {1, 2, 3}) {
    const double k = 2.0 * pi * waves, angle = k * R;
    const double kernel = 2.0 * (angle * std::cos(angle) - std::sin(angle)) / (k * k * k);
    const double exact = -k * k * (T + kernel);
    std::vector<double> steps, errors;
    for (const std::int64_t n : {16, 32, 64}) {
      DensityRun run(world(), opinions, interval_grid({n}, {0.0}, {1.0}, true),
                     density_method("ssprk3"), {}, BoundaryKind::periodic);
      steps.push_back(1.0 / static_cast<double>(n));
      errors.push_back(std::abs(growth_rate(run, 1.0, k, time) - exact));
    }
    const std::string name = std::to_string(waves) + " waves";
    report(name + ": rate", exact, exact);
    report(name + ": order", fitted_slope(steps, errors), 2.0);
    EXPECT_NEAR(fitted_slope(steps, errors), 2.0, 0.15) << name;
    expect_below(name + ": error of the rate on 64 cells", errors.back(), 1.2e-2);
  }
}

TEST(Interactions, ByAllMeansKeepWhatHasToBeKept) {
  struct Row {
    std::string name;
    AnyEquation equation;
    std::vector<std::int64_t> points;
  };
  KellerSegel signal;
  for (const Row& row :
       {Row{"attraction and repulsion", AttractionRepulsion{}, {20, 18}},
        Row{"Morse's swarm", MorseSwarm{}, {20, 18}}, Row{"Keller-Segel", signal, {12, 10, 11}},
        Row{"Keller-Segel in a box", KellerSegelBox{}, {12, 10, 11}},
        Row{"porous medium", PorousMedium{}, {20, 18}}}) {
    for (const std::string integrator : {"backward-euler", "sdirk2", "ssprk3"}) {
      const double step = integrator == "ssprk3" ? 0.0 : 0.02;
      DensityRun run(world(), row.equation, interval_grid(row.points, {-2.0}, {2.0}),
                     density_method(integrator), steps_of(step));
      const auto start = [](const Point& x) { return x[0] > 0.0 && x[1] < 0.5 ? 0.4 : 0.0; };
      run.start(start);
      run_downhill(run, 0.02, 5);
      const double moved =
          run.integral([&](const Point& x, double u) { return std::abs(u - start(x)); });
      EXPECT_GT(moved, 0.01 * run.mass()) << row.name << " by " << integrator;
      report(row.name + " by " + integrator + ": drift of the mass", run.largest_mass_drift(),
             1e-13);
    }
  }
}

// W = |r|²/2 − |r| on the line: uniform on an interval of length 2.
TEST(Interactions, OfAttractionAndRepulsionSettleEvenly) {
  AttractionRepulsion equation;
  equation.T.value = 1e-4;
  DensityRun run(world(), equation, interval_grid({80}, {-2.0}, {2.0}),
                 density_method("backward-euler"), steps_of(0.05));
  run.start([](const Point& x) { return normal_density(x, {0.0}, {0.1}); });
  run_downhill(run, 0.05, 100);
  const double mass = run.mass();
  const double off = run.integral([&](const Point& x, double u) {
    return std::abs(u - (std::abs(x[0]) < 1.0 ? 0.5 * mass : 0.0));
  });
  expect_below("distance from the even density in L1", off, 6e-2);
}

}  // namespace
}  // namespace parapet
