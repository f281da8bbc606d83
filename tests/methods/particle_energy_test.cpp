#include "methods/particle_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

CellCase plane(const AnyEquation& equation, std::int64_t particles, const std::string& integrator,
               double dt) {
  CellCase run(world(), equation, interval_grid({48, 48}, {-6.0}, {6.0}),
               all_ends(BoundaryKind::no_flux), particle_method(particles, integrator), {dt});
  run.set([](int, const Point& x) { return normal_density(x, {1.5, -1.0}, {0.25, 0.09}); });
  return run;
}

/// ⟨|x|²⟩, from the moments.
double mean_square(CellCase& run) {
  return std::pow(quantity_of(run, "mean_x"), 2) + quantity_of(run, "variance_x") +
         std::pow(quantity_of(run, "mean_y"), 2) + quantity_of(run, "variance_y");
}

// W = κ/2 r²: over all pairs ½ κ (⟨|x|²⟩ − |⟨x⟩|²) N/(N − 1).
TEST(ParticleEnergy, IsThatOfThePotentialAndOfPairs) {
  McKeanVlasov equation;
  equation.k.value = 0.7, equation.kappa.value = 1.3;
  CellCase run = plane(equation, 1500, "heun", 0.05);
  run_to(*run.solver, 0.3);
  const double mass = quantity_of(run, "mass");
  EXPECT_NEAR(quantity_of(run, "particle_energy"), mass * 0.35 * mean_square(run), 1e-12);
  const double variance = quantity_of(run, "variance_x") + quantity_of(run, "variance_y");
  EXPECT_NEAR(quantity_of(run, "interaction_energy"),
              mass * mass * 0.65 * variance * 1500.0 / 1499.0, 1e-11);
  EXPECT_TRUE(std::isnan(quantity_of(run, "stein_discrepancy")));
}

// U = k/2 x², so that with k = 1 it is half the mean square; at rest T a degree of freedom.
TEST(ParticleEnergy, OfInertiaHasTheVelocityToo) {
  UnderdampedLangevin equation;
  equation.T.value = 0.5;
  CellCase run = plane(equation, 50'000, "baoab", 0.1);
  EXPECT_NEAR(quantity_of(run, "particle_energy"),
              quantity_of(run, "mass") * 0.5 * mean_square(run), 1e-12);
  run_to(*run.solver, 12.0);
  const double error = 0.5 / std::sqrt(50'000.0);
  expect_below("energy off T, in standard errors",
               std::abs(quantity_of(run, "particle_energy") - 0.5) / error, 4.0);
}

// At rest ⟨S²⟩ is ⟨|s|² + d⟩/n, with |s|² = |x|² and |∇V|²/T² of the two.
TEST(ParticleEnergy, ComesWithTheSteinDiscrepancyOfSamplers) {
  UnderdampedLangevin inertia;
  inertia.T.value = 1.0;
  OrnsteinUhlenbeck pulled;
  pulled.sigma_x.value = pulled.sigma_y.value = std::sqrt(2.0);
  const std::array<std::pair<AnyEquation, std::string>, 2> samplers{
      {{inertia, "baoab"}, {pulled, "leimkuhler-matthews"}}};
  for (const auto& [equation, integrator] : samplers) {
    CellCase run = plane(equation, 100'000, integrator, 0.1);
    const double first = quantity_of(run, "stein_discrepancy");
    run_to(*run.solver, 12.0);
    const double last = quantity_of(run, "stein_discrepancy"), draws = std::sqrt(4.0 / 2000.0);
    report(integrator + ": discrepancy at the start", first, 1.0);
    EXPECT_GE(first, 0.5);
    expect_below(integrator + ": at the end over that of draws", last / draws, 1.5);
    EXPECT_GE(last / draws, 0.6);
  }
}

}  // namespace
}  // namespace parapet
