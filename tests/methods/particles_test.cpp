#include <numbers>

#include "methods/particle_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

OrnsteinUhlenbeck pulled(double theta, double temperature) {
  OrnsteinUhlenbeck equation;
  equation.theta.value = theta;
  equation.sigma_x.value = std::sqrt(2.0 * temperature);
  return equation;
}

/// One particle in a potential, one axis, from a narrow start.
CellCase run_line(const AnyEquation& equation, std::int64_t particles,
                  const std::string& integrator, double dt, double end, double mean = 1.5,
                  double deviation = 0.3) {
  CellCase run(world(), equation, interval_grid({800}, {-8.0}, {8.0}),
               all_ends(BoundaryKind::no_flux), particle_method(particles, integrator), {dt});
  run.set([=](int, const Point& x) { return normal_density(x, {mean}, {deviation * deviation}); });
  run_to(*run.solver, end);
  return run;
}

TEST(Particles, StartAsDrawsFromTheDensityGiven) {
  CellCase run(world(), DoubleWell{}, interval_grid({64, 48}, {-3.0, -2.0}, {3.0, 2.0}),
               all_ends(BoundaryKind::no_flux), particle_method(100'000), {0.1});
  run.set([](int, const Point& x) { return 2.5 * normal_density(x, {0.5, -0.4}, {0.25, 0.09}); });
  EXPECT_EQ(quantity_of(run, "particles"), 100'000.0);
  EXPECT_NEAR(quantity_of(run, "mass"), 2.5, 1e-4);
  // A particle is anywhere in its cell: h²/12 is added to what the deviations say.
  expect_within_errors(run, "mean_x", 0.5);
  expect_within_errors(run, "mean_y", -0.4);
  expect_within_errors(run, "variance_x", 0.25 + std::pow(6.0 / 64, 2) / 12.0);
  expect_within_errors(run, "variance_y", 0.09 + std::pow(4.0 / 48, 2) / 12.0);
  double sum = 0.0;
  for (const double value : run.values()) sum += value * (6.0 / 64) * (4.0 / 48);
  EXPECT_NEAR(world().all_reduce(sum, Reduction::sum), quantity_of(run, "mass"), 1e-12);
}

// Maruyama's steps of an Ornstein–Uhlenbeck process have known moments: m ← (1 − θ dt) m,
// v ← (1 − θ dt)² v + 2 T dt.
TEST(Particles, HaveTheMomentsOfTheirScheme) {
  const double theta = 1.0, T = 0.5, dt = 0.1;
  CellCase run = run_line(pulled(theta, T), 200'000, "euler-maruyama", dt, 1.0);
  double mean = 1.5, variance = 0.09 + 0.02 * 0.02 / 12.0;
  for (int step = 0; step < 10; ++step) {
    mean *= 1.0 - theta * dt;
    variance = std::pow(1.0 - theta * dt, 2) * variance + 2.0 * T * dt;
  }
  expect_within_errors(run, "mean_x", mean);
  expect_within_errors(run, "variance_x", variance);
}

/// The distance of the stationary variance from T/θ, in units of it.
double stationary_bias(const std::string& integrator, double dt) {
  CellCase run = run_line(pulled(1.0, 0.5), 400'000, integrator, dt, 8.0, 0.0, std::sqrt(0.5));
  return quantity_of(run, "variance_x") / 0.5 - 1.0;
}

TEST(Particles, AreOfWeakOrderOneAndTwo) {
  // Of the mean, whose error noise of 1e-3 hides nothing of.
  const auto error_of_mean = [](const std::string& integrator, double dt) {
    CellCase run = run_line(pulled(1.0, 1e-6), 10'000, integrator, dt, 1.0, 2.0, 1e-3);
    CellCase fine = run_line(pulled(1.0, 1e-6), 10'000, integrator, 1.0 / 4096, 1.0, 2.0, 1e-3);
    return std::abs(quantity_of(run, "mean_x") - quantity_of(fine, "mean_x"));
  };
  for (const auto& [integrator, order] :
       {std::pair{"euler-maruyama", 1.0}, std::pair{"heun", 2.0}}) {
    const double found =
        std::log2(error_of_mean(integrator, 0.25) / error_of_mean(integrator, 0.0625)) / 2.0;
    expect_below(std::string("weak order of the mean off the scheme's, ") + integrator,
                 std::abs(found - order), 0.15);
  }
}

// Euler's stationary variance is T/θ / (1 − θ dt/2); that of Leimkuhler and Matthews is exact for
// springs; Heun's differs by O(dt²).
TEST(Particles, HaveTheStationaryVarianceOfTheirScheme) {
  const double noise = std::sqrt(2.0 / 400'000.0);
  const double euler = stationary_bias("euler-maruyama", 0.25);
  expect_below("Euler's bias off 1/7, in standard errors", std::abs(euler - 1.0 / 7.0) / noise,
               4.0);
  expect_below("bias of Leimkuhler and Matthews, in standard errors",
               std::abs(stationary_bias("leimkuhler-matthews", 0.25)) / noise, 4.0);
}

TEST(Particles, WithSpringsBetweenThemKeepTheirMean) {
  McKeanVlasov equation;
  equation.k.value = 0.0, equation.kappa.value = 2.0, equation.T.value = 0.25;
  for (const char* const interaction : {"moments", "direct", "mesh"}) {
    const bool is_direct = std::string(interaction) == "direct";
    CellCase run(world(), equation, interval_grid({400}, {-4.0}, {4.0}),
                 all_ends(BoundaryKind::no_flux),
                 particle_method(is_direct ? 2000 : 100'000, "heun", interaction), {0.05});
    run.set([](int, const Point& x) { return normal_density(x, {0.7}, {0.81}); });
    run_to(*run.solver, 2.0);
    const double decay = std::exp(-2.0 * 2.0 * 2.0);
    // The springs cancel in the mean: it only wanders, as that of free particles does.
    const double wandering = std::sqrt((0.81 + 2.0 * 0.25 * 2.0) / quantity_of(run, "particles"));
    expect_below("mean_x in standard errors",
                 std::abs(quantity_of(run, "mean_x") - 0.7) / wandering, 4.0);
    expect_within_errors(run, "variance_x", 0.81 * decay + 0.125 * (1.0 - decay));
  }
}

TEST(Particles, ThatReachAnAbsorbingEndAreGone) {
  // A step sees the ends 0.5826 √(2 D dt) further away (Broadie, Glasserman & Kou 1997).
  FokkerPlanck equation;
  equation.D.texts = {"0.5"};
  const double dt = 1e-3, end = 0.5, width = 2.0 + 2.0 * 0.5826 * std::sqrt(2.0 * 0.5 * dt);
  CellCase run(world(), equation, interval_grid({200}, {-1.0}, {1.0}),
               all_ends(BoundaryKind::absorbing), particle_method(100'000), {dt});
  run.set([](int, const Point&) { return 0.5; });
  run_to(*run.solver, end);
  double exact = 0.0;
  for (int n = 1; n < 60; n += 2) {
    const double k = n * std::numbers::pi / width, part = std::sin(0.5 * k * 2.0);
    const double sign = n % 4 == 1 ? 1.0 : -1.0;
    exact += 4.0 / (n * std::numbers::pi) * sign * part / k * std::exp(-0.5 * k * k * end);
  }
  const double there = quantity_of(run, "mass");
  const double error = std::sqrt(exact * (1.0 - exact) / 100'000.0);
  expect_below("share that is left, in standard errors", std::abs(there - exact) / error, 4.0);
  EXPECT_EQ(quantity_of(run, "particles"), std::round(there * 100'000.0));
}

TEST(Particles, ThatLeaveInOneStepAreTold) {
  CellCase run(world(), DoubleWell{}, interval_grid({64}, {-3.0}, {3.0}),
               all_ends(BoundaryKind::no_flux), particle_method(1000), {2.0});
  run.set([](int, const Point& x) { return normal_density(x, {0.0}, {1.0}); });
  EXPECT_THROW(
      {
        run_to(*run.solver, 200.0);
        run.solver->require_finite(0, 0);
      },
      Failure);
}

TEST(Particles, ChooseHowTheyActOnEachOtherAndTellWhy) {
  const Grid closed = interval_grid({8, 8}, {-1.0}, {1.0});
  Grid round = closed;
  round.is_periodic[1] = true;
  FokkerPlanck formula;
  formula.W.texts = {"x^4 + y^4"};
  const auto chosen = [](const AnyEquation& equation, const Grid& grid, std::int64_t count,
                         const std::string& interaction = "auto") {
    const auto [name, reason] =
        choose_interaction(equation, grid, particle_method(count, "auto", interaction).particles);
    return name + ": " + reason;
  };
  EXPECT_EQ(chosen(DoubleWell{}, closed, 10), "none: nothing in the equation acts between them");
  EXPECT_EQ(chosen(MorseSwarm{}, closed, 10, "mesh"), "mesh: as asked for");
  EXPECT_EQ(chosen(MorseSwarm{}, round, 10), "mesh: auto: y is periodic");
  EXPECT_EQ(chosen(McKeanVlasov{}, closed, 10),
            "moments: auto: W = κ/2 r², all forces follow from the mean");
  EXPECT_EQ(chosen(formula, closed, 10), "mesh: auto: the interaction is given by a formula");
  BoundedConfidence opinions;
  opinions.R.value = 0.2;
  EXPECT_EQ(chosen(opinions, round, 10'000), "cells: auto: exact: W acts within 0.2 only");
  EXPECT_EQ(chosen(opinions, round, 100'000), "mesh: auto: y is periodic");
  EXPECT_EQ(chosen(MorseSwarm{}, closed, 20'000),
            "direct: auto: exact, and 20 000 particles are not more than 20 000");
  EXPECT_EQ(chosen(MorseSwarm{}, closed, 1'234'567),
            "mesh: auto: 1 234 567 particles are too many for all pairs, more than 20 000");
}

// Where the cutoff is beyond all, cells find the same pairs, and the same bits.
TEST(Particles, MeetInCellsAsTheyDoInPairs) {
  for (const std::string integrator : {"euler-maruyama", "heun"}) {
    std::vector<std::uint64_t> digests;
    for (const std::string interaction : {"direct", "cells"}) {
      MethodOptions options = particle_method(700, integrator, interaction);
      options.particles.cutoff = interaction == "cells" ? 6.0 : 0.0;
      CellCase run(world(), MorseSwarm{}, interval_grid({16, 16}, {-2.0}, {2.0}),
                   all_ends(BoundaryKind::no_flux), options, {0.02});
      run.set([](int, const Point& x) { return normal_density(x, {0.3, 0.1}, {0.25, 0.16}); });
      run_to(*run.solver, 1.0);
      digests.push_back(run.solver->digest(0));
    }
    EXPECT_EQ(digests[0], digests[1]) << integrator;
  }
}

// ½ ∫∫ρ W ρ of two opinions a given way apart, W of half their square less the range's.
TEST(Particles, HaveNoEnergyBeyondTheCutoff) {
  for (const double cutoff : {0.0, 0.3}) {
    BoundedConfidence opinions;
    opinions.R.value = 0.5;
    MethodOptions options = particle_method(1000, "auto", "cells");
    options.particles.cutoff = cutoff;
    const double range = cutoff > 0.0 ? cutoff : 0.5;
    CellCase run(world(), opinions, interval_grid({64, 64}, {-2.0}, {2.0}, true),
                 all_ends(BoundaryKind::periodic), options, {0.02});
    run.set([](int, const Point&) { return 1.0 / 16.0; });
    // Of an even density: ½ M² / 16 · ∫ ½ (r² − R²) 2πr dr = −π R⁴ / 128.
    const double exact = -std::numbers::pi * std::pow(range, 4) / 128.0;
    EXPECT_NEAR(quantity_of(run, "interaction_energy") / exact, 1.0, 0.1) << cutoff;
  }
}

}  // namespace
}  // namespace parapet
