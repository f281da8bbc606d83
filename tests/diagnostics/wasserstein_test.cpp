#include "diagnostics/wasserstein.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace parapet {
namespace {

TEST(Wasserstein, OfShiftedDensitiesIsTheShift) {
  const std::vector<double> a = {0.0, 1.0, 3.0, 2.0, 0.0, 0.0, 0.0};
  const std::vector<double> b = {0.0, 0.0, 0.0, 0.0,
                                 0.5, 1.5, 1.0};  // by three cells, half the mass
  EXPECT_NEAR(squared_wasserstein(a, b, 0.5), 2.25, 1e-14);
  EXPECT_NEAR(squared_wasserstein(b, a, 0.5), 2.25, 1e-14);
  EXPECT_EQ(squared_wasserstein(a, a, 0.5), 0.0);
}

// Q = s on [0, 1] and Q = s/4: ∫ (3s/4)² ds.
TEST(Wasserstein, OfUniformDensitiesIsThatOfTheirQuantiles) {
  const std::vector<double> wide = {1.0, 1.0, 1.0, 1.0}, narrow = {1.0, 0.0, 0.0, 0.0};
  EXPECT_NEAR(squared_wasserstein(wide, narrow, 0.25), 9.0 / 48.0, 1e-15);
}

// Of normal densities: (m − n)² + (σ − τ)².
TEST(Wasserstein, OfNormalDensitiesConvergesToTheExactValue) {
  constexpr int cells = 2000;
  constexpr double h = 16.0 / cells;
  std::vector<double> a(cells), b(cells);
  for (int i = 0; i < cells; ++i) {
    const double x = -8.0 + (i + 0.5) * h;
    a[static_cast<std::size_t>(i)] = std::exp(-0.5 * x * x);
    b[static_cast<std::size_t>(i)] = std::exp(-0.5 * std::pow((x - 1.0) / 0.5, 2.0));
  }
  EXPECT_NEAR(squared_wasserstein(a, b, h), 1.25, 2e-5);
}

TEST(Wasserstein, OfNothingIsNotANumber) {
  const std::vector<double> something = {1.0, 2.0}, nothing = {0.0, 0.0};
  EXPECT_TRUE(std::isnan(squared_wasserstein(something, nothing, 1.0)));
}

}  // namespace
}  // namespace parapet
