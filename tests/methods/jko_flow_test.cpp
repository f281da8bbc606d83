#include "methods/density/jko_flow.hpp"

#include "base/failure.hpp"
#include "methods/density_case.hpp"

namespace parapet {
namespace {

constexpr std::size_t count = 200;

const Communicator& alone() {
  static const Communicator self = Communicator::self();
  return self;
}

/// A gradient flow from a density over a time, with its exact end.
struct Flow {
  std::string name;
  AnyEquation equation;
  DensityRun::Function start, end;
  double time;
};

double barenblatt(const Point& x, double t) {
  const double inside = 0.3 - x[0] * x[0] * std::pow(t, -2.0 / 3.0) / 12.0;
  return inside > 0.0 ? std::pow(t, -1.0 / 3.0) * inside : 0.0;
}

std::vector<Flow> flows() {
  FokkerPlanck heat;
  heat.D.texts = {"0.3"};
  FokkerPlanck spring;  // Ornstein-Uhlenbeck
  spring.V.texts = {"0.5*x^2"}, spring.D.texts = {"0.3"};
  const double left = std::exp(-0.6);
  return {
      {"heat", heat, [](const Point& x) { return normal_density(x, {0.2}, {0.3}); },
       [](const Point& x) { return normal_density(x, {0.2}, {0.3 + 0.6 * 0.6}); }, 0.6},
      {"Ornstein-Uhlenbeck", spring, [](const Point& x) { return normal_density(x, {1.0}, {0.1}); },
       [=](const Point& x) { return normal_density(x, {left}, {0.3 + (0.1 - 0.3) * left * left}); },
       0.6},
      {"porous medium", PorousMedium{}, [](const Point& x) { return barenblatt(x, 1.0); },
       [](const Point& x) { return barenblatt(x, 1.6); }, 0.6}};
}

Grid line(std::int64_t points) {
  return interval_grid({points}, {-5.0}, {5.0});
}

std::vector<double> sampled(const DensityRun::Function& density) {
  const Grid grid = line(20000);
  std::vector<double> values;
  for (std::int64_t i = 0; i < grid.points[0]; ++i) {
    values.push_back(density({grid.coordinate(0, i), 0.0, 0.0}));
  }
  return values;
}

std::vector<double> quantiles_of(const DensityRun::Function& density) {
  return quantiles(sampled(density), -5.0, 10.0 / 20000, count);
}

double mass_of(const DensityRun::Function& density) {
  double sum = 0.0;
  for (const double u : sampled(density)) sum += u;
  return sum * 10.0 / 20000;
}

/// W₂ of two densities of equal masses, over the root of the mass.
double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum / static_cast<double>(a.size()));
}

std::vector<double> by_jko(const Flow& flow, int steps) {
  JkoFlow jko(density_process(flow.equation, 1), quantiles_of(flow.start), mass_of(flow.start));
  for (int n = 0; n < steps; ++n) {
    const double before = jko.free_energy();
    jko.step(flow.time / steps);
    EXPECT_LE(jko.free_energy(), before) << flow.name;
  }
  return jko.points();
}

std::vector<double> by_finite_volumes(const Flow& flow) {
  DensityRun run(alone(), flow.equation, line(400), density_method("ssprk3"), {});
  run.start(flow.start);
  run.run(flow.time);
  return quantiles(run.solution().values(), -5.0, 10.0 / 400, count);
}

TEST(JkoFlow, AgreesWithFiniteVolumesAndConvergesInTheStep) {
  for (const Flow& flow : flows()) {
    const auto finite = by_finite_volumes(flow), exact = quantiles_of(flow.end);
    std::vector<double> steps, errors;
    const auto finest = by_jko(flow, 256);
    for (const int n : {4, 8, 16}) {
      steps.push_back(flow.time / n);
      errors.push_back(distance(by_jko(flow, n), finest));
    }
    report(flow.name + ": order in the step", fitted_slope(steps, errors), 1.0);
    EXPECT_NEAR(fitted_slope(steps, errors), 1.0, 0.15) << flow.name;
    expect_below(flow.name + ": W2 of 256 steps from the exact density", distance(finest, exact),
                 3e-3);
    expect_below(flow.name + ": W2 of 256 steps from finite volumes", distance(finest, finite),
                 3e-3);
  }
}

TEST(JkoFlow, RefusesWhatIsNoGradientFlow) {
  FokkerPlanck driven;
  driven.f.texts = {"1"};
  FokkerPlanck uneven;
  uneven.D.texts = {"1 + x^2"};
  for (const AnyEquation& equation :
       {AnyEquation(driven), AnyEquation(uneven), AnyEquation(DesaiZwanzig{})}) {
    EXPECT_THROW(JkoFlow(density_process(equation, 1), {0.0, 1.0}, 1.0), Failure);
  }
  FokkerPlanck heat;
  heat.D.texts = {"1"};
  EXPECT_THROW(JkoFlow(density_process(heat, 1), {1.0, 0.0}, 1.0), Failure);
}

TEST(Quantiles, OfAnEvenDensityAreEvenlySpaced) {
  const std::vector<double> even(10, 0.5);
  const auto found = quantiles(even, -1.0, 0.2, 4);
  const std::vector<double> expected = {-0.75, -0.25, 0.25, 0.75};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(found[i], expected[i], 1e-14);
}

}  // namespace
}  // namespace parapet
