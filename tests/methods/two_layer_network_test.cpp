#include "methods/system_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

/// A network whose weights start as normal numbers, of unit variance on the line of a.
CellCase begun_with(const TwoLayerNetwork& equation, const std::string& form, std::int64_t neurons,
                    double dt, std::uint64_t seed = 1) {
  return begun(world(),
               {equation, form, interval_grid({64}, {-5.0}, {5.0}), neurons, dt, "heun", seed},
               [](const Point& a) { return std::exp(-0.5 * a[0] * a[0]); });
}

std::vector<double> loss_curve(std::int64_t neurons, std::uint64_t seed) {
  TwoLayerNetwork equation;
  equation.spread.value = 3.0;
  CellCase run = begun_with(equation, "mean-field", neurons, 0.5, seed);
  std::vector<double> curve;
  for (int frame = 0; frame <= 10; ++frame) {
    run_to(*run.solver, 2.0 * frame);
    curve.push_back(quantity_of(run, "loss"));
  }
  return curve;
}

/// Mean over frames and seeds of the distance between the curves of `neurons` and ten times as
/// many.
double distance_to_wider(std::int64_t neurons) {
  constexpr int seeds = 4;
  double sum = 0.0;
  for (int seed = 1; seed <= seeds; ++seed) {
    const auto narrow = loss_curve(neurons, static_cast<std::uint64_t>(seed));
    const auto wide = loss_curve(10 * neurons, static_cast<std::uint64_t>(seed + 100));
    for (std::size_t i = 0; i < narrow.size(); ++i) sum += std::abs(narrow[i] - wide[i]) / 11.0;
  }
  return sum / seeds;
}

TEST(TwoLayerNetwork, LossCurvesApproachALimitWithWidth) {
  std::vector<double> widths, distances;
  for (const std::int64_t neurons : {20, 200, 2000}) {
    widths.push_back(static_cast<double>(neurons));
    distances.push_back(distance_to_wider(neurons));
    report("curves of " + std::to_string(neurons) + " and ten times as many", distances.back(),
           0.02);
  }
  const double slope = fitted_slope(widths, distances);
  expect_below("they fall as the width to the power", slope, -0.5);  // -0.69
}

TEST(TwoLayerNetwork, Learns) {
  for (const std::string form : {"mean-field", "neural-tangent"}) {
    TwoLayerNetwork equation;
    equation.spread.value = 8.0;
    CellCase run = begun_with(equation, form, 300, 1.0);
    double loss = quantity_of(run, "loss");
    for (const double t : {250.0, 500.0, 1000.0, 2000.0}) {
      run_to(*run.solver, t);
      EXPECT_LT(quantity_of(run, "loss"), loss);
      loss = quantity_of(run, "loss");
    }
    expect_below(form + ": loss", loss, 6e-4);  // 0.9e-4, 4e-4
    expect_below(form + ": largest error", quantity_of(run, "largest_error"), 0.16);  // 0.05, 0.14
  }
}

TEST(TwoLayerNetwork, NoiseAgainstDecayKeepsWeightsAtTheVarianceOfTheirRatio) {
  TwoLayerNetwork equation;
  equation.T.value = 0.5;
  equation.lambda.value = 2.0;
  equation.spread.value = 0.0;
  constexpr std::int64_t neurons = 40000;
  CellCase run = begun_with(equation, "neural-tangent", neurons, 0.05);
  run_to(*run.solver, 4.0);
  // Data pull each neuron by some 1/√N of its decay.
  for (const char* const name : {"mean_square_a", "mean_square_w", "mean_square_b"}) {
    const double error = 0.25 * std::sqrt(2.0 / static_cast<double>(neurons));
    expect_below(std::string(name) + " off T/lambda in standard errors",
                 std::abs(quantity_of(run, name) - 0.25) / error, 4.0);
  }
}

}  // namespace
}  // namespace parapet
