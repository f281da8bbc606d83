#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "equations/all.hpp"
#include "methods/density/density_process.hpp"

namespace parapet {
namespace {

/// The drift of a process without and with differences of its potential in place of dual numbers.
template <class E>
void expect_gradient(const E& process, int d) {
  const std::array<double, 3> x = {0.31, -0.42, 0.53};
  std::array<double, 3> b{}, f{};
  drift_of(process, x.data(), d, b.data());
  if constexpr (HasDrift<E>) process.drift(x.data(), d, f.data());
  for (int a = 0; a < d; ++a) {
    const auto axis = static_cast<std::size_t>(a);
    auto lower = x, upper = x;
    lower[axis] -= 1e-5, upper[axis] += 1e-5;
    const double slope =
        (process.potential(upper.data(), d) - process.potential(lower.data(), d)) / 2e-5;
    EXPECT_NEAR(b[axis], f[axis] - slope, 1e-6 * (1.0 + std::abs(slope))) << E::name << " " << a;
  }
}

TEST(Process, DriftIsMinusTheExactGradientOfThePotential) {
  for (const int d : {1, 2, 3}) {
    OrnsteinUhlenbeck turning;
    turning.omega.value = 2.0, turning.mu_y.value = 0.4;
    expect_gradient(turning, d);
    expect_gradient(DoubleWell{}, d);
    expect_gradient(VariancePreserving{}, d);
  }
  expect_gradient(MullerBrown{}, 2);
}

// Müller & Brown 1979, table 1.
TEST(Process, LandscapeOfMuellerAndBrownHasItsWells) {
  const std::array<double, 2> deep = {-0.558224, 1.441726}, second = {0.623499, 0.028038};
  EXPECT_NEAR(MullerBrown{}.potential(deep.data(), 2), -146.6995, 1e-4);
  EXPECT_NEAR(MullerBrown{}.potential(second.data(), 2), -108.1667, 1e-4);
  std::array<double, 2> b{};
  drift_of(MullerBrown{}, deep.data(), 2, b.data());
  EXPECT_NEAR(b[0], 0.0, 2e-2);
  EXPECT_NEAR(b[1], 0.0, 2e-2);
}

/// ∇·(∇·(D p) + (∇V − f) p) of e^{log_steady}, by differences.
template <class E>
double residual_of_steady(const E& process, int d) {
  constexpr double h = 1e-3;
  const auto density = [&](const std::array<double, 3>& x) {
    return std::exp(process.log_steady(x.data(), d));
  };
  const auto flux = [&](std::array<double, 3> x, std::size_t a) {
    std::array<double, 3> b{};
    drift_of(process, x.data(), d, b.data());
    double through = -b[a] * density(x);
    const Tensor D = process.diffusion(x.data(), d);
    const std::array<std::array<double, 3>, 3> entries = {
        {{D.xx, D.xy, D.xz}, {D.xy, D.yy, D.yz}, {D.xz, D.yz, D.zz}}};
    for (std::size_t c = 0; c < static_cast<std::size_t>(d); ++c) {
      auto lower = x, upper = x;
      lower[c] -= h, upper[c] += h;
      through += entries[a][c] * (density(upper) - density(lower)) / (2.0 * h);
    }
    return through;
  };
  double sum = 0.0;
  const std::array<double, 3> x = {0.3, -0.2, 0.4};
  for (std::size_t a = 0; a < static_cast<std::size_t>(d); ++a) {
    auto lower = x, upper = x;
    lower[a] -= h, upper[a] += h;
    sum += (flux(upper, a) - flux(lower, a)) / (2.0 * h);
  }
  return sum / density(x);
}

TEST(Process, SteadyDensitiesSolveTheirFokkerPlanckEquation) {
  for (const int d : {1, 2, 3}) {
    OrnsteinUhlenbeck process;
    process.omega.value = 1.7, process.correlation.value = 0.4, process.sigma_y.value = 0.7;
    EXPECT_NEAR(residual_of_steady(process, d), 0.0, 1e-4) << d;
    EXPECT_NEAR(residual_of_steady(DoubleWell{}, d), 0.0, 2e-3) << d;
    EXPECT_NEAR(residual_of_steady(VariancePreserving{}, d), 0.0, 1e-4) << d;
  }
  UnderdampedLangevin process;
  process.q.value = 0.8, process.k.value = -0.6;
  EXPECT_NEAR(residual_of_steady(process, 2), 0.0, 1e-4);
}

// β = d elapsed/dt (Song et al. 2021).
TEST(Process, OwnTimesAreTheIntegralsOfTheNoiseRates) {
  EXPECT_NEAR(VariancePreserving{}.elapsed(1.0), 10.05, 1e-14);
  VarianceExploding exploding;
  EXPECT_NEAR(exploding.elapsed(1.0), 1.0 - 1e-4, 1e-14);
  EXPECT_EQ(exploding.elapsed(0.0), 0.0);
}

/// xx, yy, zz, xy, xz, yz of a diffusion given by formulas, at (0.5, 0, 0).
std::array<double, 6> diffusion_of(const std::vector<std::string>& texts, int d) {
  FokkerPlanck given;
  given.D.texts = texts;
  const std::array<double, 3> x = {0.5, 0.0, 0.0};
  std::array<double, 6> D{};
  std::vector<const double*> in;
  std::vector<double*> out;
  for (int a = 0; a < d; ++a) in.push_back(&x[static_cast<std::size_t>(a)]);
  for (double& entry : D) out.push_back(&entry);
  density_process(given, d).diffusion({in, out, 1}, 0.0);
  return D;
}

TEST(Process, DiffusionByFormulasIsOneNumberOneAnAxisOrATensor) {
  using Entries = std::array<double, 6>;
  EXPECT_EQ(diffusion_of({"4*x"}, 2), (Entries{2.0, 2.0, 2.0, 0.0, 0.0, 0.0}));
  EXPECT_EQ(diffusion_of({"2", "x"}, 2), (Entries{2.0, 0.5, 0.0, 0.0, 0.0, 0.0}));
  EXPECT_EQ(diffusion_of({"2", "3", "x"}, 3), (Entries{2.0, 3.0, 0.5, 0.0, 0.0, 0.0}));
  EXPECT_EQ(diffusion_of({"2", "x", "x", "3"}, 2), (Entries{2.0, 3.0, 0.0, 0.5, 0.0, 0.0}));
  EXPECT_EQ(diffusion_of({"1", "4", "5", "4", "2", "6", "5", "6", "3"}, 3),
            (Entries{1.0, 2.0, 3.0, 4.0, 5.0, 6.0}));
}

}  // namespace
}  // namespace parapet
