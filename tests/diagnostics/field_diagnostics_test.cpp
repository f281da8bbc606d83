#include "diagnostics/field_diagnostics.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "diagnostics/cubic_quadrature.hpp"
#include "diagnostics/energy_balance.hpp"

namespace parapet {
namespace {

constexpr double pi = std::numbers::pi;

/// u = 0.5 + sin 2πx + 0.25 cos(2π(2x + 3y)) on [0, 1] × [0, 2] (y in units of its length).
struct TwoWaves {
  SpectralTransform transform;
  std::vector<Complex> modes;

  TwoWaves() : transform(Communicator::world(), grid(), {Dealiasing::none}) {
    const Box box = transform.physical_box();
    std::vector<double> points;
    for (std::int64_t i = 0; i < box.count[0]; ++i) {
      for (std::int64_t j = 0; j < box.count[1]; ++j) {
        const double x = static_cast<double>(box.offset[0] + i) / 16.0;
        const double y = static_cast<double>(box.offset[1] + j) / 20.0;
        points.push_back(0.5 + std::sin(2 * pi * x) + 0.25 * std::cos(2 * pi * (2 * x + 3 * y)));
      }
    }
    points.resize(transform.point_count());
    modes.resize(transform.mode_count());
    const double* from = points.data();
    Complex* into = modes.data();
    transform.to_modes({&from, 1}, {&into, 1});
  }
  static Grid grid() {
    Grid grid;
    grid.dimensions = 2;
    grid.points = {16, 20, 1};
    grid.length = {1.0, 2.0, 1.0};
    return grid;
  }
  const Complex* pointer() const { return modes.data(); }
};

TEST(FieldDiagnostics, OfTwoWavesAreTheirIntegrals) {
  TwoWaves u;
  const Complex* p = u.pointer();
  const auto d = diagnose(u.transform, {&p, 1});
  EXPECT_NEAR(d.mean[0], 0.5, 1e-15);
  EXPECT_NEAR(d.energy, 0.5 * (0.25 + 0.5 + 0.03125), 1e-15);
  const double k1 = 2 * pi, kx = 4 * pi, ky = 3 * pi;
  EXPECT_NEAR(d.gradient_square, k1 * k1 * 0.5 + (kx * kx + ky * ky) * 0.03125, 1e-13);
  EXPECT_NEAR(d.maximum, 1.75, 1e-2);
  EXPECT_LE(d.minimum, -0.4);
  EXPECT_LE(d.spectrum_tail, 1e-15);
}

TEST(FieldDiagnostics, ShellsHoldTheEnergyWhereItIs) {
  TwoWaves u;
  const Complex* p = u.pointer();
  const auto shells = shell_spectrum(u.transform, {&p, 1});
  // Wavenumbers in units of 2π/2: the first wave has |k| = 2, the second √(4² + 3²) = 5.
  ASSERT_GE(shells.size(), 6U);
  double sum = 0.0;
  for (std::size_t s = 0; s < shells.size(); ++s) {
    const double expected = s == 0 ? 0.125 : s == 2 ? 0.25 : s == 5 ? 0.015625 : 0.0;
    EXPECT_NEAR(shells[s], expected, 1e-15) << "shell " << s;
    sum += shells[s];
  }
  EXPECT_NEAR(sum, diagnose(u.transform, {&p, 1}).energy, 1e-15);
}

// A long line's shells widen, and what they hold is still all the energy, each wave where it is.
TEST(FieldDiagnostics, ShellsOfALongLineStayFew) {
  const auto world = Communicator::world();
  SpectralTransform transform(world, Grid{.dimensions = 1, .points = {65536, 1, 1}}, {});
  std::vector<Complex> modes(transform.mode_count());
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    const auto k = mode.wavenumber[0];
    if (k == 100 || k == 20000) modes[i] = 0.5;
  });
  const Complex* p = modes.data();
  const auto starts = shell_starts(transform);
  const auto shells = shell_spectrum(transform, {&p, 1});
  ASSERT_EQ(shells.size(), starts.size());
  EXPECT_LE(shells.size(), 1000U);
  EXPECT_EQ(starts[100], 100);
  for (std::size_t s = 0; s < shells.size(); ++s) {
    const std::int64_t end = s + 1 < starts.size() ? starts[s + 1] : 65536;
    const bool holds_one = s == 100 || (starts[s] <= 20000 && 20000 < end);
    EXPECT_EQ(shells[s], holds_one ? 0.25 : 0.0) << "shell from " << starts[s];
  }
}

TEST(FieldDiagnostics, TailSeesTheLastTenthOfEachAxis) {
  TwoWaves u;
  u.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    if (std::abs(mode.wavenumber[1]) == 10 && mode.wavenumber[0] == 0) u.modes[i] = 0.05;
  });
  const Complex* p = u.pointer();
  EXPECT_NEAR(diagnose(u.transform, {&p, 1}).spectrum_tail, 0.1, 1e-12);
}

TEST(FieldDiagnostics, NaNDoesNotHide) {
  TwoWaves u;
  const bool is_last = u.transform.communicator().rank() == u.transform.communicator().size() - 1;
  if (is_last && !u.modes.empty()) u.modes.back() = std::nan("");
  const Complex* p = u.pointer();
  const auto d = diagnose(u.transform, {&p, 1});
  EXPECT_TRUE(std::isnan(d.energy));
  EXPECT_TRUE(std::isnan(d.spectrum_tail));
  EXPECT_TRUE(std::isnan(d.maximum));
  EXPECT_TRUE(std::isnan(d.minimum));
}

TEST(FieldDiagnostics, DistanceIsRelativeAndDigestsSeeOneBit) {
  TwoWaves u, v;
  const Complex *p = u.pointer(), *q = v.pointer();
  const auto digest = modes_digest(u.transform, {&p, 1});
  EXPECT_EQ(relative_distance(u.transform, {&q, 1}, {&p, 1}), 0.0);
  EXPECT_EQ(modes_digest(v.transform, {&q, 1}), digest);
  v.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    if (mode.global_index == 0) v.modes[i] *= 1.5;
  });
  EXPECT_NEAR(relative_distance(u.transform, {&q, 1}, {&p, 1}), 0.25 / std::sqrt(0.78125), 1e-14);
  EXPECT_NE(modes_digest(v.transform, {&q, 1}), digest);
}

TEST(CubicQuadrature, IsExactForCubicsAtUnevenTimes) {
  const auto f = [](double t) { return 1.0 - t + 0.5 * t * t - 2.0 * t * t * t; };
  const auto primitive = [](double t) { return t - t * t / 2 + t * t * t / 6 - t * t * t * t / 2; };
  CubicQuadrature quadrature;
  for (const double t : {0.0, 0.1, 0.35, 0.4, 0.9, 1.6}) {
    quadrature.add(t, f(t));
    if (quadrature.has_full_order()) {
      EXPECT_NEAR(quadrature.integral(), primitive(t), 1e-13);
    }
  }
  EXPECT_TRUE(quadrature.has_full_order());
}

/// One mode, ½e^{−2κt}, in steps of these lengths; `leak` is lost beside what its dissipation says.
double residual_of_decay(const std::vector<double>& steps, double leak) {
  constexpr double kappa = 3.0;
  const auto weight = [](double h) {
    const double y = kappa * h;
    return h * h * (1.0 / std::tanh(y) - 1.0 / y) / (4.0 * y);
  };
  EnergyBalance balance;
  double t = 0.0, before = 0.0;
  for (const double h : steps) {
    const double square = std::exp(-2.0 * kappa * t), slope = -2.0 * kappa * kappa * square;
    const double energy = 0.5 * square - leak * t;
    const double slope_before = before > 0.0 ? weight(before) * slope : 0.0;
    const EnergyTerms terms{kappa * square, 0.0, energy, slope_before, weight(h) * slope};
    balance.pass(t, terms, h);
    balance = EnergyBalance::from_numbers(balance.to_numbers());
    before = h;
    t += h;
  }
  const double square = std::exp(-2.0 * kappa * t), slope = -2.0 * kappa * kappa * square;
  return balance.residual(
      t, {kappa * square, 0.0, 0.5 * square - leak * t, weight(before) * slope, 0.0});
}

TEST(EnergyBalance, IsExactForDecayInLongStepsAndSeesALeak) {
  EXPECT_LE(residual_of_decay({0.3}, 0.0), 1e-14);
  EXPECT_LE(residual_of_decay({0.1, 0.1, 0.1, 0.4, 2.0, 2.0, 0.05}, 0.0), 1e-14);
  EXPECT_NEAR(residual_of_decay({0.1, 0.1, 0.3}, 0.01), 0.01, 1e-12);
}

}  // namespace
}  // namespace parapet
