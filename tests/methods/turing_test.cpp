#include <complex>

#include <gtest/gtest.h>

#include "equations/dual.hpp"
#include "methods/linear_stability.hpp"
#include "methods/solver_case.hpp"

namespace parapet {
namespace {

Schnakenberg schnakenberg() {
  Schnakenberg equation;
  equation.D_v.value = 40.0;
  equation.gamma.value = 2.0;
  return equation;
}

TEST(Dual, GivesTheReactionAsTheSlopeOfItsPotential) {
  const auto compare = [](const auto& equation) {
    for (const double at : {-1.3, 0.0, 0.4, 2.0}) {
      const auto u = Dual<1>::variable(at, 0);
      double r = 0.0;
      equation.reaction(&at, &r);
      EXPECT_LE(std::abs(equation.potential(&u).slope[0] + r), 1e-14 * (1.0 + std::abs(r)));
    }
  };
  compare(Heat{});
  compare(FisherKpp{});
  compare(Bistable{});
  compare(AllenCahn{});
}

TEST(SteadyState, IsFoundWithItsJacobian) {
  const auto equation = schnakenberg();
  const auto found = linear_stability(equation, {0.8, 1.1});
  ASSERT_TRUE(found);
  const double u = 1.0, v = 0.9, gamma = 2.0;
  EXPECT_LE(std::abs(found->state[0] - u), 1e-14);
  EXPECT_LE(std::abs(found->state[1] - v), 1e-14);
  const std::vector<double> exact = {gamma * (2 * u * v - 1), gamma * u * u, -2 * gamma * u * v,
                                     -gamma * u * u};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_LE(std::abs(found->jacobian[i] - exact[i]), 1e-13);
  EXPECT_FALSE(linear_stability(Burgers{}, {0.0}));
}

// B_c = (1 + A √(D_u/D_v))², k_c² = A/√(D_u D_v) (Prigogine & Lefever 1968).
TEST(Brusselator, BeginsToFormPatternsAtTheKnownThreshold) {
  Brusselator equation;
  const double root = std::sqrt(equation.D_u / equation.D_v);
  const double threshold = std::pow(1.0 + equation.A * root, 2);
  const double critical = std::sqrt(equation.A / std::sqrt(equation.D_u * equation.D_v));
  const auto about = [&](double B) {
    equation.B.value = B;
    return linear_stability(equation, {equation.A, B / equation.A}).value();
  };
  expect_below("growth at threshold", std::abs(about(threshold).growth(critical)), 1e-12);
  EXPECT_TRUE(unstable_bands(about(threshold * 0.999), 10.0).empty());
  const auto bands = unstable_bands(about(threshold * 1.001), 10.0);
  ASSERT_EQ(bands.size(), 1U);
  EXPECT_LT(bands[0].low, critical);
  EXPECT_GT(bands[0].high, critical);
  expect_below("fastest wave just above", std::abs(bands[0].fastest / critical - 1.0), 1e-3);
}

// The edges solve det(J − k² D) = 0, a quadratic in k².
TEST(Schnakenberg, HasTheBandOfItsQuadratic) {
  const auto found = linear_stability(schnakenberg(), {1.0, 0.9}).value();
  const auto& J = found.jacobian;
  const auto& D = found.diffusivity;
  const double a = D[0] * D[1], b = -(D[0] * J[3] + D[1] * J[0]), c = J[0] * J[3] - J[1] * J[2];
  const double root = std::sqrt(b * b - 4 * a * c);
  const auto bands = unstable_bands(found, 3.0);
  ASSERT_EQ(bands.size(), 1U);
  expect_below("low edge", std::abs(bands[0].low / std::sqrt((-b - root) / (2 * a)) - 1.0), 1e-11);
  expect_below("high edge", std::abs(bands[0].high / std::sqrt((-b + root) / (2 * a)) - 1.0),
               1e-11);
}

/// The eigenvector of J − k² D for an eigenvalue.
std::array<Complex, 2> eigenvector(const LinearStability& about, double k, Complex growth) {
  return {about.jacobian[1], growth - (about.jacobian[0] - about.diffusivity[0] * k * k)};
}

/// λ of one wave, measured: that of the solver's mode between two times.
Complex measured_growth(const AnyEquation& equation, const LinearStability& about, int wave,
                        double length) {
  SpectralTransform transform(Communicator::world(), box_grid({32}, length),
                              {Dealiasing::one_half});
  auto solver = make_spectral_solver(transform, "", {{equation, {}}}, {0.005, 0.0});
  const double k = 2 * pi * wave / length, end = 1.0;
  const auto vector = eigenvector(about, k, about.growth(k));
  const auto mode = [&] {
    std::array<double, 2> parts{0.0, 0.0};
    transform.for_each_mode([&](std::size_t i, const Mode& m) {
      if (m.wavenumber[0] == wave) {
        parts = {solver->modes(0, 0)[i].real(), solver->modes(0, 0)[i].imag()};
      }
    });
    transform.communicator().all_reduce(std::span<double>(parts), Reduction::sum);
    return Complex(parts[0], parts[1]);
  };
  transform.for_each_mode([&](std::size_t i, const Mode& m) {
    for (const std::size_t c : {0, 1}) {
      Complex& value = solver->modes(0, static_cast<int>(c))[i];
      if (m.wavenumber[0] == 0) value = about.state[c];
      if (m.wavenumber[0] == wave) value = 1e-8 * vector[c];
    }
  });
  const Complex start = mode();
  run_to(*solver, end);
  return std::log(mode() / start) / end;
}

void expect_growth(const AnyEquation& equation, const std::vector<double>& near, double length) {
  const auto about = linear_stability(equation, near).value();
  for (const int wave : {1, 3, 5, 7}) {
    const Complex exact = about.growth(2 * pi * wave / length);
    const Complex measured = measured_growth(equation, about, wave, length);
    expect_below("wave " + std::to_string(wave) + ": lambda " + std::to_string(exact.real()) +
                     (exact.imag() > 0 ? " + " + std::to_string(exact.imag()) + " i" : ""),
                 std::abs(measured - exact) / std::abs(exact), 1e-6);
  }
}

TEST(GrowthRates, AreThoseOfTheDispersionRelation) {
  expect_growth(schnakenberg(), {1.0, 0.9}, 30.0);
  Brusselator equation;
  expect_growth(equation, {4.5, 7.0 / 4.5}, 25.0);
  equation.A.value = 1.0;
  equation.B.value = 2.5;  // oscillates: B > 1 + A²
  expect_growth(equation, {1.0, 2.5}, 25.0);
}

}  // namespace
}  // namespace parapet
