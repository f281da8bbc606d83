#include "methods/density_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

struct Row {
  std::string name;
  AnyEquation equation;
  Grid grid;
  std::function<double(const Point&)> energy;  ///< V/D
  double step;                                 ///< of the implicit methods
};

std::vector<Row> rows() {
  const auto well = [](int d) {
    return [d](const Point& x) { return DoubleWell{}.potential(x.data(), d) / 0.25; };
  };
  const auto landscape = [](const Point& x) { return MullerBrown{}.potential(x.data(), 2) / 15.0; };
  FokkerPlanck given;
  given.V.texts = {"cos(x) + sin(2*x) * cos(y)"};
  given.D.texts = {"0.3"};
  const auto wave = [](const Point& x) {
    return (std::cos(x[0]) + std::sin(2.0 * x[0]) * std::cos(x[1])) / 0.3;
  };
  return {
      {"double well, 1 D", DoubleWell{}, interval_grid({70}, {-2.0}, {2.0}), well(1), 1.0},
      {"double well, 2 D", DoubleWell{}, interval_grid({24, 17}, {-2.0}, {2.0}), well(2), 1.0},
      {"double well, 3 D", DoubleWell{}, interval_grid({12, 9, 10}, {-2.0}, {2.0}), well(3), 1.0},
      {"Müller–Brown", MullerBrown{}, interval_grid({30, 26}, {-1.5, -0.2}, {1.2, 2.0}), landscape,
       1e-2},
      {"formula, periodic", given, interval_grid({20, 16}, {0.0}, {2.0 * pi}, true), wave, 1.0}};
}

class Gibbs : public testing::TestWithParam<std::string> {};

TEST_P(Gibbs, StateIsKept) {
  for (const Row& row : rows()) {
    const bool is_explicit = GetParam() == "ssprk3";
    StepControl control;
    if (!is_explicit) control.step = row.step;
    DensityRun run(world(), row.equation, row.grid, density_method(GetParam()), control);
    run.energy = row.energy;
    const auto steady = [&](const Point& x) { return std::exp(-row.energy(x)); };
    run.start(steady);
    run.run(is_explicit ? 1e-3 * row.step : 6.0 * row.step);
    expect_below(row.name + ": distance from e^(-V/D)", run.distance(steady), 1e-12);
  }
}

// Where the walls are steep the cells are far from resolving them: nothing of this depends on it.
TEST_P(Gibbs, StateIsReachedFromABlockThatIsNeverNegative) {
  for (const Row& row : rows()) {
    if (GetParam() == "ssprk3" && row.grid.dimensions > 1) continue;
    StepControl control;
    if (GetParam() != "ssprk3") control.step = 10.0 * row.step;
    DensityRun run(world(), row.equation, row.grid, density_method(GetParam()), control);
    run.energy = row.energy;
    const double middle = row.grid.lower[0] + 0.3 * row.grid.length[0];
    run.start([&](const Point& x) { return x[0] < middle ? 1.0 : 0.0; });
    const double mass = run.mass();
    run.run(GetParam() == "ssprk3" ? 0.05 : 400.0 * row.step);
    report(row.name + ": drift of the mass", run.largest_mass_drift(), 1e-13);
    report(row.name + ": rise of the free energy", run.largest_rise(), 1e-12);
    if (GetParam() == "ssprk3") continue;
    const double sum =
        run.integral([&](const Point& x, double) { return std::exp(-row.energy(x)); });
    expect_below(
        row.name + ": distance from equilibrium",
        run.distance([&](const Point& x) { return mass / sum * std::exp(-row.energy(x)); }), 2e-2);
  }
}

INSTANTIATE_TEST_SUITE_P(Density, Gibbs, testing::Values("backward-euler", "sdirk2", "ssprk3"));

TEST(DensityDecay, IsAtLeastAsFastAsConvexityDemands) {
  OrnsteinUhlenbeck process;  // V″ = θ = 1, D = ½
  StepControl control;
  control.step = 0.02;
  DensityRun run(world(), process, interval_grid({120}, {-5.0}, {5.0}), density_method("sdirk2"),
                 control);
  run.energy = [](const Point& x) { return x[0] * x[0]; };
  run.start(
      [](const Point& x) { return normal_density(x, {1.0}, {0.2}) + (x[0] > 2.0 ? 0.1 : 0.0); });
  const double entropy = run.quantity("relative_entropy"), distance = run.quantity("wasserstein_2");
  for (const double t : {0.5, 1.0, 2.0}) {
    run.run(t);
    expect_below("relative entropy over e^(-2t)",
                 run.quantity("relative_entropy") / (entropy * std::exp(-2.0 * t)), 1.0);
    expect_below("W2 over e^(-t)", run.quantity("wasserstein_2") / (distance * std::exp(-t)),
                 1.001);
  }
}

/// The rate at which a well empties, from the slowest decay between the two.
double measured_rate(double temperature) {
  DoubleWell process;
  process.T.value = temperature;
  StepControl control;
  control.step = 1.0;
  DensityRun run(world(), process, interval_grid({240}, {-2.0}, {2.0}), density_method("sdirk2"),
                 control);
  run.energy = [=](const Point& x) { return process.potential(x.data(), 1) / temperature; };
  run.start([](const Point& x) { return x[0] < 0.0 ? normal_density(x, {-1.0}, {0.05}) : 0.0; });
  const auto difference = [&] {
    return run.integral([](const Point& x, double u) { return x[0] < 0.0 ? u : -u; });
  };
  run.run(20.0);
  const double before = difference();
  run.run(60.0);
  return 0.5 * std::log(before / difference()) / 40.0;
}

TEST(DensityDecay, OverABarrierIsThatOfKramers) {
  std::vector<double> temperatures = {0.2, 0.14, 0.1}, errors;
  for (const double T : temperatures) {
    const double kramers = 2.0 * std::sqrt(2.0) / pi * std::exp(-1.0 / T);
    errors.push_back(1.0 - measured_rate(T) / kramers);
  }
  const double slope = fitted_slope(temperatures, errors);
  report("order of the correction in T", slope, 1.0);
  EXPECT_NEAR(slope, 1.0, 0.2);
  expect_below("rate at T = 0.1 over Kramers' - 1", std::abs(errors.back()), 0.05);
}

TEST(DensityEnds, ThatAbsorbLetTheMassDecayAsTheSlowestWave) {
  std::vector<double> steps, errors;
  for (const std::int64_t n : {16, 32, 64}) {
    FokkerPlanck heat;
    heat.D.texts = {"0.1"};
    DensityRun run(world(), heat, interval_grid({n}, {0.0}, {1.0}), density_method("ssprk3"), {},
                   BoundaryKind::absorbing);
    run.keeps_mass = false;
    run.start([](const Point& x) { return std::sin(pi * x[0]); });
    const double before = run.mass();
    run.run(1.0);
    steps.push_back(1.0 / static_cast<double>(n));
    errors.push_back(std::abs(run.mass() / before - std::exp(-0.1 * pi * pi)));
  }
  report("order of the surviving mass", fitted_slope(steps, errors), 2.0);
  EXPECT_NEAR(fitted_slope(steps, errors), 2.0, 0.15);
  expect_below("surviving mass on 64 cells", errors.back(), 1e-4);
}

}  // namespace
}  // namespace parapet
