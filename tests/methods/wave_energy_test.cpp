#include "methods/wave_case.hpp"

namespace parapet {
namespace {

struct EnergyErrors {
  double early, late, largest;
};

/// The largest of the energy's errors seen in the first and in the last tenth of 10⁵ steps.
template <class Equation>
EnergyErrors energy_errors(WaveProblem<Equation>& problem, double step) {
  EnergyErrors result{};
  for (int i = 1; i <= 1000; ++i) {
    run_to(*problem.solver, 100.0 * step * i);
    double& seen = i <= 100 ? result.early : result.late;
    if (i <= 100 || i > 900) seen = std::max(seen, problem.solver->energy_residual(0));
  }
  EXPECT_EQ(problem.solver->progress(0).steps, 1e5);
  result.largest = problem.solver->progress(0).balance.largest_residual();
  return result;
}

TEST(Hamiltonian, OfABreatherHasABoundedErrorOver100000Steps) {
  const SineGordon equation;
  WaveProblem problem(equation, box_grid({64}, 40.0), 0.2);
  problem.start([&](const Point& x) { return equation.breather(x[0] - 20.0, 0.0, 0.6); });
  const auto errors = energy_errors(problem, 0.2);
  report("first tenth", errors.early, 1.0);
  report("last tenth", errors.late, 1.0);
  expect_below("largest", errors.largest, 5e-8);  // 3.1e-8
  expect_below("last over first tenth", errors.late / errors.early, 1.2);
}

TEST(Hamiltonian, OfChaosHasABoundedErrorOver100000Steps) {
  WaveProblem problem(Phi4{}, box_grid({64}, 20.0), 0.1);
  problem.start([](const Point& x) {
    const double s = pi * x[0] / 10.0;
    return std::array{0.8 * std::sin(s) + 0.5 * std::cos(2 * s + 1) + 0.3 * std::sin(3 * s), 0.2};
  });
  const auto errors = energy_errors(problem, 0.1);
  report("first tenth", errors.early, 1.0);
  report("last tenth", errors.late, 1.0);
  expect_below("largest", errors.largest, 5e-8);
  expect_below("last over first tenth", errors.late / errors.early, 1.5);
}

}  // namespace
}  // namespace parapet
