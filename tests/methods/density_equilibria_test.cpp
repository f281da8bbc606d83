// Where densities whose rates depend on themselves come to rest, and that they stay there.
#include "methods/density_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

/// A process with the step that takes it to rest, from a density of mass 1.
struct Row {
  std::string name;
  AnyEquation equation;
  Grid grid;
  double step;
  double middle;          ///< of the start, on the first axis
  double variance = 0.1;  ///< of the start
};

McKeanVlasov springs() {
  McKeanVlasov equation;
  equation.k.value = 0.5, equation.kappa.value = 1.5, equation.T.value = 0.3;
  return equation;
}

DesaiZwanzig magnet() {
  DesaiZwanzig equation;
  equation.T.value = 0.2;  // the critical one is 0.45
  return equation;
}

PorousMedium gas() {
  PorousMedium equation;
  equation.k.value = 1.0;
  return equation;
}

AttractionRepulsion swarm() {
  AttractionRepulsion equation;
  equation.T.value = 0.1;
  return equation;
}

DensityRun started(const Row& row, const std::string& integrator) {
  StepControl control;
  control.step = row.step;
  DensityRun run(world(), row.equation, row.grid, density_method(integrator), control);
  const auto axes = static_cast<std::size_t>(row.grid.dimensions);
  Axes mean(axes, 0.0);
  mean[0] = row.middle;
  const auto start = [&](const Point& x) {
    return normal_density(x, mean, Axes(axes, row.variance));
  };
  run.start(start);
  const double mass = run.mass();
  run.start([&](const Point& x) { return start(x) / mass; });
  return run;
}

/// Largest change from `before`, over the largest density. Collective.
double change(DensityRun& run, const std::vector<double>& before) {
  const auto now = run.solution().values();
  double most = 0.0;
  for (std::size_t i = 0; i < now.size(); ++i) {
    const double difference = std::abs(now[i] - before[i]);
    if (!(difference <= most)) most = difference;  // NaN stays
  }
  return world().all_reduce(most, Reduction::maximum) / run.solver().diagnose(0).maximum;
}

class Rest : public testing::TestWithParam<std::string> {};

// DensityRun looks at mass, sign and free energy after every step. Equations of a step are solved
// to 1e-12 of the density's norm: what moves is below that (measured: 6e-12 of the largest value).
TEST_P(Rest, IsKept) {
  for (const Row& row :
       {Row{"springs, 1 D", springs(), interval_grid({60}, {-3.0}, {3.0}), 0.5, 0.8},
        Row{"springs, 2 D", springs(), interval_grid({2, 18}, {-1.0, -2.0}, {1.0, 2.0}), 0.5, 0.4},
        Row{"magnet", magnet(), interval_grid({60}, {-2.5}, {2.5}), 0.5, 0.5},
        Row{"gas in a spring", gas(), interval_grid({40}, {-2.5}, {2.5}), 0.5, 0.4},
        Row{"attraction and repulsion", swarm(), interval_grid({60}, {-2.5}, {2.5}), 0.2, 0.0},
        Row{"attraction and repulsion, 2 D", swarm(), interval_grid({18, 15}, {-2.5}, {2.5}), 0.2,
            0.0, 0.3}}) {
    DensityRun run = started(row, GetParam());
    run.run(270.0 * row.step);
    const auto before = run.solution().values();
    run.run(300.0 * row.step);
    expect_below(row.name + ": change in 30 steps", change(run, before), 1e-11);
    report(row.name + ": drift of the mass", run.largest_mass_drift(), 1e-13);
    report(row.name + ": rise of the free energy", run.largest_rise(), 1e-12);
  }
}

INSTANTIATE_TEST_SUITE_P(Density, Rest, testing::Values("backward-euler", "sdirk2"));

using Density = std::function<double(const Point&)>;

/// ∫|ρ − exact| at rest on so many cells from −a to a.
double distance_at_rest(Row row, double a, std::int64_t points, const Density& exact) {
  row.grid = interval_grid({points}, {-a}, {a});
  DensityRun run = started(row, "backward-euler");
  run.run(160.0 * row.step);
  return run.integral([&](const Point& x, double u) { return std::abs(u - exact(x)); });
}

/// The same on finer and finer grids: of the given order, and below `bound` on the finest.
void expect_order(const Row& row, double a, const Density& exact, double order, double bound) {
  std::vector<double> widths, errors;
  for (const std::int64_t points : {30, 60, 120}) {
    widths.push_back(1.0 / static_cast<double>(points));
    errors.push_back(distance_at_rest(row, a, points, exact));
  }
  report(row.name + ": order", fitted_slope(widths, errors), order);
  EXPECT_NEAR(fitted_slope(widths, errors), order, 0.2) << row.name;
  expect_below(row.name + ": distance on 120 cells", errors.back(), bound);
}

// The rates know e^{−V/D}; what is left is that W, which within a cell is averaged over it, adds
// κ h³/24 to the potential for a density of 1.
TEST(RestOfSprings, IsAGaussian) {
  const double variance = 0.3 / (0.5 + 1.5);
  expect_order(
      {"springs", springs(), {}, 0.5, 0.8}, 3.0,
      [=](const Point& x) { return normal_density(x, {0.0}, {variance}); }, 3.0, 1e-5);
}

/// e^{−(V + ½ (x − m)²)/T} of Desai & Zwanzig for T = 0.2 and κ = 1, and its mean where
/// m = ⟨x⟩, between walls at ±a.
struct Magnet {
  double m = 1.0, sum = 0.0;

  explicit Magnet(double a) {
    constexpr int points = 4000;
    for (int iteration = 0; iteration < 300; ++iteration) {
      double moment = 0.0;
      sum = 0.0;
      for (int i = 0; i < points; ++i) {
        const double x = a * (2.0 * (i + 0.5) / points - 1.0);
        sum += weight(x), moment += weight(x) * x;
      }
      m = moment / sum;
      sum *= 2.0 * a / points;
    }
  }
  double weight(double x) const {
    const double s = x * x;
    return std::exp(-(0.25 * s * s - 0.5 * s + 0.5 * (x - m) * (x - m)) / 0.2);
  }
  double density(double x) const { return weight(x) / sum; }
};

TEST(RestOfAMagnet, IsTheSelfConsistentState) {
  const Magnet exact(2.5);
  EXPECT_GT(exact.m, 0.7);
  expect_order(
      {"magnet", magnet(), {}, 0.5, 0.5}, 2.5, [&](const Point& x) { return exact.density(x[0]); },
      3.0, 1e-5);
}

// On grids whose cells end where the parabola does: its kink is not within one.
TEST(RestOfAGas, IsAParabola) {
  const double R = std::cbrt(3.0);
  expect_order(
      {"gas in a spring", gas(), {}, 0.2, 0.4}, R / 0.6,
      [=](const Point& x) { return std::max(0.0, 0.25 * (R * R - x[0] * x[0])); }, 2.0, 1.5e-4);
}

/// W = |r|²/2 − |r| on the line: T log ρ + W∗ρ is even, hence (log ρ)″ = (2ρ − 1)/T for mass 1.
class Swarm {
 public:
  static constexpr double a = 2.5, T = 0.1;

  Swarm() {
    double low = 1e-3, high = 0.5;
    for (int halving = 0; halving < 60; ++halving) {
      (shoot(0.5 * (low + high)) < 1.0 ? low : high) = 0.5 * (low + high);
    }
    shoot(low);
  }
  /// At a place that is a multiple of `width`.
  double density(double x) const {
    return std::exp(logs_[static_cast<std::size_t>(std::lround(std::abs(x) / width))]);
  }

 private:
  static constexpr int steps = 2400;  // each of 30, 60 and 120 cells has its middle on one
  static constexpr double width = a / steps;

  /// From the middle, by Runge and Kutta's fourth order; gives the mass between −a and a.
  double shoot(double middle) {
    const auto bend = [](double log) { return (2.0 * std::exp(log) - 1.0) / T; };
    double log = std::log(middle), slope = 0.0, mass = 0.0;
    logs_ = {log};
    for (int n = 0; n < steps; ++n) {
      const double h = width, before = std::exp(log);
      const double b1 = bend(log), b2 = bend(log + 0.5 * h * slope),
                   b3 = bend(log + 0.5 * h * slope + 0.25 * h * h * b1),
                   b4 = bend(log + h * slope + 0.5 * h * h * b2);
      log += h * slope + h * h / 6.0 * (b1 + b2 + b3);
      slope += h / 6.0 * (b1 + 2.0 * (b2 + b3) + b4);
      logs_.push_back(log);
      mass += h * (before + std::exp(log));
    }
    return mass;
  }

  std::vector<double> logs_;
};

TEST(RestOfASwarm, IsThatOfItsDifferentialEquation) {
  const Swarm exact;
  expect_order(
      {"attraction and repulsion", swarm(), {}, 0.2, 0.0}, Swarm::a,
      [&](const Point& x) { return exact.density(x[0]); }, 2.0, 1e-4);
}

}  // namespace
}  // namespace parapet
