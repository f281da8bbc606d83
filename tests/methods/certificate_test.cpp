#include <algorithm>
#include <limits>

#include "diagnostics/field_diagnostics.hpp"
#include "methods/cole_hopf.hpp"
#include "methods/semilinear_solver.hpp"
#include "methods/solver_case.hpp"

namespace parapet {
namespace {

// ---- error in time ----------------------------------------------------------------------------

struct Case {
  std::int64_t points;
  double viscosity, end;
  std::function<double(const Point&)> start;
};

double bumpy(const Point& x) {
  return 0.3 + std::sin(2 * pi * x[0]) + 0.5 * std::cos(6 * pi * x[0] + 1.0);
}
double strong(const Point& x) {
  return 4 * std::sin(2 * pi * x[0]) + 3 * std::cos(4 * pi * x[0] + 2) + std::sin(10 * pi * x[0]);
}
double carried(const Point& x) {
  return 3 + std::sin(2 * pi * x[0]);
}

const std::vector<Case> members = {{256, 0.1, 1.0, bumpy},    {256, 0.1, 1.0, strong},
                                   {512, 0.02, 1.0, bumpy},   {512, 0.02, 1.0, carried},
                                   {2048, 0.005, 0.5, bumpy}, {2048, 0.02, 0.5, strong}};

struct Outcome {
  double error, estimate, residual, tail;
};

Outcome outcome(const Case& c, const StepControl& control) {
  SpectralTransform transform(Communicator::world(), box_grid({c.points}), {});
  auto solver = make_spectral_solver(transform, "scalar", {burgers_member(c.viscosity)}, control);
  set_field(*solver, transform, 0, 0, c.start);
  const ColeHopf exact(gather_line_modes(transform, solver->modes(0, 0).data()), 1.0, c.viscosity);
  const auto u = exact.at(c.end, c.points);
  run_to(*solver, c.end);
  const double error = relative_error(*solver, transform, [&](int, const Point& x) {
    return u[static_cast<std::size_t>(std::llround(x[0] * static_cast<double>(c.points)))];
  });
  const Complex* modes = solver->modes(0, 0).data();
  const MemberProgress& p = solver->progress(0);
  return {error, p.error_estimate,
          std::max(p.balance.largest_residual(), solver->energy_residual(0)),
          diagnose(transform, {&modes, 1}).spectrum_tail};
}

TEST(TimeError, IsOfTheTrueErrorsSizeUnderErrorControl) {
  for (const double tolerance : {1e-5, 1e-8}) {
    for (const Case& c : members) {
      const Outcome result = outcome(c, {std::nullopt, tolerance});
      const double ratio = result.estimate / result.error;
      report("estimate over true error, within 0.7 .. 40", ratio, 40.0);
      EXPECT_GE(ratio, 0.7);
      EXPECT_LE(ratio, 40.0);
    }
  }
}

// Errors that diffusion damps later are counted in full.
TEST(TimeError, IsAnUpperBoundWithFixedSteps) {
  for (const double dt : {2.5e-3, 1.25e-3}) {
    for (const std::size_t i : {0, 2, 4}) {
      const Outcome result = outcome(members[i], {dt, 0.0});
      const double ratio = result.estimate / result.error;
      report("estimate over true error, within 1 .. 3000", ratio, 3000.0);
      EXPECT_GE(ratio, 1.0);
      EXPECT_LE(ratio, 3000.0);
    }
  }
}

// ---- energy balance ---------------------------------------------------------------------------

TEST(EnergyResidual, OfResolvedMembersIsSmall) {
  for (const Case& c : members) {
    const double residual = outcome(c, {std::nullopt, 1e-8}).residual;
    expect_below("scalar, error control 1e-8", residual, 1e-8);
  }
}

double slope_per_halving(const std::function<double(double)>& residual, double dt) {
  const std::vector<double> steps = {dt, dt / 2, dt / 4, dt / 8};
  double slope = 0.0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double r = residual(steps[i]);
    report("residual at dt " + std::to_string(steps[i]), r, 1.0);
    slope += std::log2(r) * (1.5 - static_cast<double>(i)) / 5.0;  // least squares over halvings
  }
  report("fitted order, within 3.6 .. 4.6", slope, 4.6);
  return slope;
}

TEST(EnergyResidual, IsOfFourthOrder) {
  const double slope = slope_per_halving(
      [](double dt) {
        return outcome(members[2], {dt, 0.0}).residual;
      },
      0.005);
  EXPECT_GE(slope, 3.6);
  EXPECT_LE(slope, 4.6);
}

/// Vector Burgers with forcing: compression, forcing and diffusion all change the energy.
struct Forced {
  double residual, energy_change;
};
Forced forced_plane(double dt) {
  SpectralTransform transform(Communicator::world(), box_grid({32, 32}), {});
  ForcingSettings settings;
  settings.waves = 4;
  settings.amplitude = 2.0;
  settings.frequency = 3.0;
  auto solver = make_spectral_solver(
      transform, "vector", {burgers_member(0.05, draw_forcing(settings, 3, 0, 2, 2))}, {dt, 0.0});
  for (int c = 0; c < 2; ++c) {
    set_field(*solver, transform, 0, c, [&](const Point& x) {
      return 0.3 * std::sin(2 * pi * (x[0] + c * x[1])) + 0.2 * std::cos(2 * pi * x[1] + c);
    });
  }
  const auto energy = [&] {
    const Complex* modes[] = {solver->modes(0, 0).data(), solver->modes(0, 1).data()};
    return diagnose(transform, modes).energy;
  };
  const double start = energy();
  run_to(*solver, 0.4);
  return {solver->energy_residual(0), std::abs(energy() - start) / start};
}

TEST(EnergyResidual, CountsForcingAndCompression) {
  const double slope = slope_per_halving([](double dt) { return forced_plane(dt).residual; }, 0.01);
  EXPECT_GE(slope, 3.6);
  EXPECT_LE(slope, 4.8);
  const Forced fine = forced_plane(0.00125);
  expect_below("vector, forced", fine.residual, 1e-7);
  EXPECT_GE(fine.energy_change, 0.01);
}

/// What a slip in a solver would be: diffusion one percent too strong.
struct WrongDiffusion : ScalarBurgers {
  double symbol(const Wavevector& k, int) const { return -1.01 * nu * k.k2; }
};

TEST(EnergyResidual, SeesAWrongDiffusion) {
  SpectralTransform transform(Communicator::world(), box_grid({128}), {});
  const auto residual = [&]<class E>(const E& equation) {
    SemilinearSolver<E> solver(transform, {SystemMember<E>{equation, {}}}, {2e-3, 0.0});
    set_field(solver, transform, 0, 0, bumpy);
    run_to(solver, 0.5);
    return solver.energy_residual(0);
  };
  expect_below("right diffusion", residual(ScalarBurgers{{0.05}}), 1e-5);
  const double wrong = residual(WrongDiffusion{{{0.05}}});
  report("diffusion 1 % too strong, at least 3e-3", wrong, 1.0);
  EXPECT_GE(wrong, 3e-3);
}

// A truncated Fourier series conserves what advection conserves, resolved or not: a grid that is
// too coarse shows in the spectrum's tail, steps that are too long in the balance.
TEST(Certificate, TellsTooCoarseAGridAndTooLongSteps) {
  const Case coarse{48, 0.005, 0.5, bumpy}, fine{2048, 0.005, 0.5, bumpy};
  const Outcome sound = outcome(fine, {std::nullopt, 1e-8});
  expect_below("tail, 2048 points", sound.tail, 1e-8);
  expect_below("error, 2048 points", sound.error, 1e-7);
  const Outcome unresolved = outcome(coarse, {std::nullopt, 1e-8});
  report("tail, 48 points, at least 1e-3", unresolved.tail, 1.0);
  EXPECT_GE(unresolved.tail, 1e-3);
  EXPECT_GE(unresolved.error, 1e-3);
  const Outcome hasty = outcome(fine, {0.005, 0.0});
  report("balance, dt 0.005, at least 1e-5", hasty.residual, 1.0);
  EXPECT_GE(hasty.residual, 1e-5);
}

TEST(RateOfChange, TellsAStationaryField) {
  SpectralTransform transform(Communicator::world(), box_grid({32}), {});
  auto solver = make_spectral_solver(transform, "scalar", {burgers_member(0.1)}, {1e-3, 0.0});
  set_field(*solver, transform, 0, 0, [](const Point&) { return 2.0; });
  EXPECT_EQ(solver->rate_of_change(0).relative, 0.0);
  set_field(*solver, transform, 0, 0, [](const Point& x) { return std::sin(2 * pi * x[0]); });
  solver->set_progress(0, {});
  EXPECT_GE(solver->rate_of_change(0).relative, 1.0);
}

TEST(Courant, IsRecordedUnderErrorControl) {
  SpectralTransform transform(Communicator::world(), box_grid({256}), {});
  const auto courant = [&](double tolerance) {
    auto solver = make_spectral_solver(transform, "scalar", {burgers_member(1e-2)},
                                       {std::nullopt, tolerance});
    set_field(*solver, transform, 0, 0, bumpy);
    run_to(*solver, 0.1);
    return solver->progress(0).courant;
  };
  EXPECT_GT(courant(1e-8), 0.0);
  EXPECT_GT(courant(1e-4), courant(1e-8));
}

}  // namespace
}  // namespace parapet
