#include "methods/etd_coefficients.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <functional>
#include <numbers>

#include <gtest/gtest.h>

namespace parapet {
namespace {

using LongComplex = std::complex<long double>;

/// The mean of f over a circle of radius 2 around z, by 64 points: f(z) for an entire f, without
/// the cancellation at the centre (Kassam & Trefethen 2005, eq. 2.7).
long double contour_mean(const std::function<LongComplex(LongComplex)>& f, long double z) {
  constexpr int points = 64;
  long double sum = 0.0L;
  for (int j = 0; j < points; ++j) {
    const long double angle = 2.0L * std::numbers::pi_v<long double> * (j + 0.5L) / points;
    sum += f(z + 2.0L * LongComplex(std::cos(angle), std::sin(angle))).real();
  }
  return sum / points;
}

/// To a few roundings of φ₁, the largest of the functions a coefficient is combined from.
void expect_close(double value, long double exact, double z, const char* what) {
  const double scale = std::max(std::abs(static_cast<double>(exact)), 1.0 / (1.0 + std::abs(z)));
  EXPECT_LE(std::abs(static_cast<long double>(value) - exact), 2e-15L * scale)
      << what << " at z = " << z;
}

TEST(EtdCoefficients, AreThoseOfTheContourIntegrals) {
  for (const double z : {0.0, -1e-300, -1e-12, -1e-6, -1e-3, -0.1, -0.5, -0.99, -1.0, -1.01, -2.0,
                         -5.0, -20.0, -100.0, 0.01, 0.7, 1.5, 3.0}) {
    const EtdCoefficients c(std::array{z}, 1.0);
    const auto f1 = [](LongComplex w) {
      return (-4.0L - w + std::exp(w) * (4.0L - 3.0L * w + w * w)) / (w * w * w);
    };
    const auto f2 = [](LongComplex w) {
      return (2.0L + w + std::exp(w) * (-2.0L + w)) / (w * w * w);
    };
    const auto f3 = [](LongComplex w) {
      return (-4.0L - 3.0L * w - w * w + std::exp(w) * (4.0L - w)) / (w * w * w);
    };
    const auto q = [](LongComplex w) { return (std::exp(0.5L * w) - 1.0L) / w; };
    expect_close(c.f1[0], contour_mean(f1, z), z, "f1");
    expect_close(c.f2[0], contour_mean(f2, z), z, "f2");
    expect_close(c.f3[0], contour_mean(f3, z), z, "f3");
    expect_close(c.q[0], contour_mean(q, z), z, "q");
    expect_close(c.e[0], std::exp(static_cast<long double>(z)), z, "e");
  }
}

TEST(FittedSlopeWeight, IsTheLangevinFunctionOverFourY) {
  EXPECT_DOUBLE_EQ(fitted_slope_weight(0.0), 1.0 / 12.0);
  for (const double y : {0.05, 0.3, 0.9, 0.999999, 1.0, 1.5, 7.0, 25.0, 1e6}) {
    const long double z = y, exact = (1.0L / std::tanh(z) - 1.0L / z) / (4.0L * z);
    const double weight = fitted_slope_weight(y);
    EXPECT_LE(std::abs(weight - static_cast<double>(exact)), 1e-14 * weight) << y;
  }
}

TEST(EtdCoefficients, OfNoStepAndOfStiffModesAreSound) {
  const EtdCoefficients none(std::array{-3.0, 0.0}, 0.0);
  EXPECT_EQ(none.e[0], 1.0);
  EXPECT_EQ(none.f1[0], 0.0);
  const EtdCoefficients decayed(std::array{-720.0, -1e4}, 1.0);
  EXPECT_EQ(decayed.e[0], 0.0);  // not a subnormal number
  EXPECT_EQ(decayed.e2[1], 0.0);
  const EtdCoefficients stiff(std::array{-1e300, -1e9}, 1.0);
  for (const auto* values : {&stiff.e, &stiff.e2, &stiff.q, &stiff.f1, &stiff.f2, &stiff.f3}) {
    for (const double value : *values) {
      EXPECT_LE(std::abs(value), 1e-8);
    }
  }
}

TEST(EtdCoefficientCache, ComputesASetOnce) {
  EtdCoefficientCache cache(2);
  int computed = 0;
  const auto make = [&] {
    ++computed;
    return EtdCoefficients(std::vector<double>(10, -1.0), 0.1);
  };
  const auto first = cache.get(0.1, 0, make);
  EXPECT_EQ(cache.get(0.1, 0, make), first);
  EXPECT_EQ(computed, 1);
  EXPECT_NE(cache.get(0.2, 0, make), first);
  EXPECT_NE(cache.get(0.1, 1, make), first);
  EXPECT_EQ(computed, 3);
}

}  // namespace
}  // namespace parapet
