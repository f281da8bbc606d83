#include "diagnostics/field_diagnostics.hpp"
#include "methods/solver_case.hpp"

namespace parapet {
namespace {

/// ω of a flow whose nonlinear term does not vanish, and what ∂ω/∂t then is, by hand: with
/// ω = a cos X + b cos(Y + 2X) on the unit square, X = 2πx, Y = 2πy, the velocity of a wave of
/// wave vector k is (k_y, −k_x) sin(θ)·amplitude/|k|² turned from ∇^⊥ψ, ψ = ω/|k|².
struct TwoWaves {
  double a = 1.5, b = 0.7, nu = 0.02;

  static double angle(const Point& x, int wave) {
    return 2 * pi * (wave == 0 ? x[0] : 2 * x[0] + x[1]);
  }
  static std::array<double, 2> k(int wave) {
    return wave == 0 ? std::array{2 * pi, 0.0} : std::array{4 * pi, 2 * pi};
  }
  double amplitude(int wave) const { return wave == 0 ? a : b; }

  double vorticity(const Point& x) const {
    return a * std::cos(angle(x, 0)) + b * std::cos(angle(x, 1));
  }
  double rate(const Point& x) const {
    double u = 0.0, v = 0.0, slope_x = 0.0, slope_y = 0.0, diffusion = 0.0;
    for (const int w : {0, 1}) {
      const auto [kx, ky] = k(w);
      const double square = kx * kx + ky * ky, s = std::sin(angle(x, w)) * amplitude(w);
      u -= ky * s / square;
      v += kx * s / square;
      slope_x -= kx * s;
      slope_y -= ky * s;
      diffusion -= nu * square * amplitude(w) * std::cos(angle(x, w));
    }
    return -(u * slope_x + v * slope_y) + diffusion;
  }
};

NavierStokes equation(double viscosity) {
  NavierStokes flow;
  flow.viscosity.value = viscosity;
  return flow;
}

std::unique_ptr<SpectralSolver> solver_of(SpectralTransform& transform, double viscosity,
                                          const StepControl& control,
                                          std::vector<ForcingWave> forcing = {}) {
  return make_spectral_solver(transform, "", {{equation(viscosity), std::move(forcing)}}, control);
}

// A step of 10⁻⁶ either way of the start, by the solver; their difference quotient is ∂ω/∂t.
TEST(Vorticity, ChangesAsTheEquationSays) {
  const TwoWaves flow;
  constexpr double dt = 1e-6;
  SpectralTransform transform(Communicator::world(), box_grid({24, 18}), {});
  auto solver = solver_of(transform, flow.nu, {dt, 0});
  set_field(*solver, transform, 0, 0, [&](const Point& x) { return flow.vorticity(x); });
  solver->step(dt);
  const auto points = points_of(*solver, transform, 0);
  double worst = 0.0;
  for_each_point(transform, [&](std::size_t i, const Point& x) {
    worst = std::max(worst, std::abs((points[i] - flow.vorticity(x)) / dt - flow.rate(x)));
  });
  worst = transform.communicator().all_reduce(worst, Reduction::maximum);
  expect_below("rate of change", worst, 1e-4);  // its second derivative times dt/2
}

// Taylor (1923): an eigenfunction of the Laplacian decays in place.
TEST(Vorticity, TaylorVorticesDecayInPlace) {
  constexpr double nu = 0.01, end = 0.5;
  SpectralTransform transform(Communicator::world(), box_grid({16, 20}), {});
  auto solver = solver_of(transform, nu, {0.05, 0});
  const auto vortices = [](const Point& x) {
    return std::sin(4 * pi * x[0]) * std::cos(2 * pi * x[1]);
  };
  set_field(*solver, transform, 0, 0, vortices);
  run_to(*solver, end);
  const double decay = std::exp(-nu * 20 * pi * pi * end);
  expect_below(
      "Taylor vortices",
      relative_error(*solver, transform, [&](int, const Point& x) { return decay * vortices(x); }),
      1e-13);
}

// Against a run of a quarter of the finest step, forced as in the benchmark of Li et al.
TEST(Vorticity, IsOfFourthOrderInTime) {
  constexpr double end = 0.4;
  std::vector<ForcingWave> forcing;
  for (const SteadyWave& wave : equation(1e-3).steady_forcing()) {
    forcing.push_back({40 * wave.amplitude, 0.0, wave.phase, wave.wavenumber, wave.component});
  }
  const auto run = [&](double dt) {
    SpectralTransform transform(Communicator::world(), box_grid({48, 48}), {});
    auto solver = solver_of(transform, 1e-3, {dt, 0}, forcing);
    set_field(*solver, transform, 0, 0, [](const Point& x) {
      return 20 * (std::cos(2 * pi * x[0]) * std::sin(4 * pi * x[1]) +
                   std::sin(2 * pi * (x[0] - 3 * x[1])));
    });
    run_to(*solver, end);
    return points_of(*solver, transform, 0);
  };
  const auto fine = run(0.00125);
  std::vector<double> errors;
  for (const double dt : {0.02, 0.01, 0.005}) {
    const auto points = run(dt);
    double worst = 0.0;
    for (std::size_t i = 0; i < points.size(); ++i) {
      worst = std::max(worst, std::abs(points[i] - fine[i]));
    }
    errors.push_back(Communicator::world().all_reduce(worst, Reduction::maximum));
    report("dt " + std::to_string(dt), errors.back(), 1.0);
  }
  for (std::size_t i = 1; i < errors.size(); ++i) {
    const double order = std::log2(errors[i - 1] / errors[i]);
    report("order, within 3.7 .. 4.5", order, 4.5);
    EXPECT_GE(order, 3.7);
    EXPECT_LE(order, 4.5);
  }
}

// Without viscosity to speak of, the truncated equation keeps ½⟨ω²⟩ to the accuracy of its steps.
TEST(Vorticity, KeepsItsEnstrophyWithoutViscosity) {
  SpectralTransform transform(Communicator::world(), box_grid({24, 24}), {});
  auto solver = solver_of(transform, 1e-12, {2e-3, 0});
  set_field(*solver, transform, 0, 0, [](const Point& x) {
    return 5 * std::cos(2 * pi * x[0]) * std::sin(4 * pi * x[1]) +
           std::sin(2 * pi * (2 * x[0] - x[1]));
  });
  const auto enstrophy = [&] {
    const Complex* const modes = solver->modes(0, 0).data();
    return diagnose(transform, {&modes, 1}).energy;
  };
  const double before = enstrophy();
  run_to(*solver, 1.0);
  expect_below("enstrophy", std::abs(enstrophy() / before - 1.0), 1e-7);
  expect_below("energy-balance residual", solver->energy_residual(0), 1e-7);
}

/// Kuramoto–Sivashinsky.
TEST(FlameFront, SmallWavesGrowAndDieAsTheirSymbolSays) {
  constexpr double end = 1.0;
  for (const int wave : {1, 2, 3}) {
    SpectralTransform transform(Communicator::world(), box_grid({32}, 4 * pi), {});
    auto solver = make_spectral_solver(transform, "", {{KuramotoSivashinsky{}, {}}}, {0.05, 0});
    const double k = 0.5 * wave;
    set_field(*solver, transform, 0, 0, [&](const Point& x) { return 1e-9 * std::cos(k * x[0]); });
    run_to(*solver, end);
    const double factor = std::exp((k * k - k * k * k * k) * end);
    expect_below(
        "wave " + std::to_string(wave),
        relative_error(*solver, transform,
                       [&](int, const Point& x) { return factor * 1e-9 * std::cos(k * x[0]); }),
        1e-8);
  }
}

// Saturated chaos on a line of 32π (Kassam & Trefethen 2005, § 4): bounded, of zero mean, and its
// energy balanced although long waves gain what short ones lose.
TEST(FlameFront, ChaosSaturatesAndBalances) {
  SpectralTransform transform(Communicator::world(), box_grid({192}, 32 * pi), {});
  auto solver =
      make_spectral_solver(transform, "", {{KuramotoSivashinsky{}, {}}}, {std::nullopt, 1e-9});
  set_field(*solver, transform, 0, 0,
            [](const Point& x) { return std::cos(x[0] / 16) * (1 + std::sin(x[0] / 16)); });
  const Complex* const modes = solver->modes(0, 0).data();
  const double mean = diagnose(transform, {&modes, 1}).mean[0];
  run_to(*solver, 100.0);
  const Complex* const reached = solver->modes(0, 0).data();
  const auto end = diagnose(transform, {&reached, 1});
  EXPECT_GE(end.energy, 0.3);
  EXPECT_LE(end.energy, 3.0);
  expect_below("drift of the mean", std::abs(end.mean[0] - mean), 1e-13);
  expect_below("energy-balance residual", solver->energy_residual(0), 1e-5);
}

}  // namespace
}  // namespace parapet
