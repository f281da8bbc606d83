#include "base/failure.hpp"
#include "methods/cole_hopf.hpp"
#include "methods/solver_case.hpp"

namespace parapet {
namespace {

TEST(Forcing, IsDrawnAsTheBenchmarkSays) {
  ForcingSettings settings;
  settings.waves = 5;
  std::array<int, 3> seen{0, 0, 0};
  double mean_amplitude = 0.0;
  for (std::uint64_t member = 0; member < 400; ++member) {
    const auto waves = draw_forcing(settings, 3, member, 1, 1);
    ASSERT_EQ(waves.size(), 5U);
    for (const ForcingWave& wave : waves) {
      EXPECT_LE(std::abs(wave.amplitude), 0.5);
      EXPECT_LE(std::abs(wave.frequency), 0.4);
      EXPECT_GE(wave.phase, 0.0);
      EXPECT_LE(wave.phase, 2 * pi);
      ++seen.at(static_cast<std::size_t>(wave.wavenumber[0] - 1));
      mean_amplitude += wave.amplitude / 2000.0;
    }
  }
  for (const int count : seen)
    EXPECT_LE(std::abs(count - 2000.0 / 3.0), 4 * std::sqrt(2000 * 2.0 / 9));
  EXPECT_LE(std::abs(mean_amplitude), 4 * 0.5 / std::sqrt(3.0 * 2000));
}

/// Largest distance of forced modes from the formula on the grid.
double distance_from_formula(const Grid& grid, int components, double t, Dealiasing dealiasing) {
  SpectralTransform transform(Communicator::world(), grid, {dealiasing});
  ForcingSettings settings;
  settings.waves = 6;
  const auto waves = draw_forcing(settings, 11, 5, grid.dimensions, components);
  // From u = 0 a tiny step gives the forcing alone, at the middle of the step.
  auto solver = make_spectral_solver(transform, components > 1 ? "vector" : "scalar",
                                     {burgers_member(1e-9, waves)}, {1e-6, 0});
  solver->set_progress(0, {.time = t, .leg_start = t, .leg_end = t});
  solver->step(t + 1e-6);
  double worst = 0.0;
  for (int c = 0; c < components; ++c) {
    const auto points = points_of(*solver, transform, 0, c);
    for_each_point(transform, [&](std::size_t i, const Point& x) {
      const double expected = forcing_at(waves, grid, c, t + 0.5e-6, x);
      worst = std::max(worst, std::abs(points[i] / 1e-6 - expected));
    });
  }
  return transform.communicator().all_reduce(worst, Reduction::maximum);
}

TEST(Forcing, ReachesTheRightModes) {
  expect_below("line", distance_from_formula(box_grid({64}, 16.0), 1, 0.7, Dealiasing::two_thirds),
               1e-9);
  expect_below("line, Nyquist forced",
               distance_from_formula(box_grid({6}), 1, 0.7, Dealiasing::none), 1e-9);
  expect_below("plane", distance_from_formula(box_grid({16, 20}), 2, 0.2, Dealiasing::two_thirds),
               1e-9);
  expect_below("box", distance_from_formula(box_grid({12, 14, 16}), 3, 0.2, Dealiasing::two_thirds),
               1e-9);
}

/// Forced Burgers against a manufactured travelling wave: with u = c + B sin(2π(x − c t)),
/// u_t + (u²/2)_x − ν u_xx = ½ B² 2π sin(4π(x − ct)) + ν B 4π² sin(2π(x − ct)).
TEST(Forcing, ManufacturedWaveIsOfFourthOrder) {
  constexpr double c = 0.8, B = 0.9, nu = 0.05, t = 0.5;
  const std::vector<ForcingWave> waves = {{pi * B * B, -4 * pi * c, 0.0, {2, 0, 0}, 0},
                                          {4 * pi * pi * nu * B, -2 * pi * c, 0.0, {1, 0, 0}, 0}};
  const auto exact = [&](double at) {
    return [=](int, const Point& x) { return c + B * std::sin(2 * pi * (x[0] - c * at)); };
  };
  std::vector<double> errors;
  for (const double dt : {0.02, 0.01, 0.005}) {
    SpectralTransform transform(Communicator::world(), box_grid({64}), {});
    auto solver = make_spectral_solver(transform, "scalar", {burgers_member(nu, waves)}, {dt, 0});
    set_field(*solver, transform, 0, 0, [&](const Point& x) { return exact(0.0)(0, x); });
    run_to(*solver, t);
    errors.push_back(relative_error(*solver, transform, exact(t)));
    report("dt " + std::to_string(dt), errors.back(), 1.0);
  }
  for (std::size_t i = 1; i < errors.size(); ++i) {
    const double order = std::log2(errors[i - 1] / errors[i]);
    report("order, within 3.8 .. 4.5", order, 4.5);
    EXPECT_GE(order, 3.8);
    EXPECT_LE(order, 4.5);
  }
  EXPECT_LE(errors.back(), 1e-6);
}

TEST(Forcing, RefusesAGridThatCannotCarryIt) {
  SpectralTransform transform(Communicator::world(), box_grid({8}), {});
  const std::vector<ForcingWave> waves = {{0.1, 0.1, 0.0, {3, 0, 0}, 0}};
  EXPECT_THROW(make_spectral_solver(transform, "scalar", {burgers_member(0.1, waves)}, {}),
               Failure);
}

}  // namespace
}  // namespace parapet
