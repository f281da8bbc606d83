#include "diagnostics/sliced_wasserstein.hpp"

#include <cmath>
#include <cstdio>
#include <numbers>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

using Place = std::array<double, 3>;

Grid cube(int dimensions, std::int64_t points) {
  Grid grid;
  grid.dimensions = dimensions;
  for (std::size_t a = 0; a < static_cast<std::size_t>(dimensions); ++a) {
    grid.points[a] = points - static_cast<std::int64_t>(a);  // cells are no squares
    grid.lower[a] = -6.0, grid.length[a] = 12.0, grid.is_periodic[a] = false;
  }
  return grid;
}

/// The normal density about a place, in the cells' middles.
std::vector<double> normal(const Grid& grid, const Place& mean, double deviation) {
  std::vector<double> all;
  for (std::int64_t i = 0; i < grid.points[0]; ++i) {
    for (std::int64_t j = 0; j < grid.points[1]; ++j) {
      for (std::int64_t k = 0; k < grid.points[2]; ++k) {
        const std::array<std::int64_t, 3> cell{i, j, k};
        double square = 0.0;
        for (int a = 0; a < grid.dimensions; ++a) {
          const auto axis = static_cast<std::size_t>(a);
          square += std::pow((grid.coordinate(a, cell[axis]) - mean[axis]) / deviation, 2.0);
        }
        all.push_back(std::exp(-0.5 * square));
      }
    }
  }
  return all;
}

double sum(const std::vector<Direction>& all, double (*of)(const Place&)) {
  double total = 0.0;
  for (const Direction& one : all) total += one.weight * of(one.along);
  return total;
}

TEST(SlicingDirections, AverageAsTheSphereDoes) {
  const auto plane = slicing_directions(2), space = slicing_directions(3);
  EXPECT_EQ(plane.size(), 32U);
  EXPECT_EQ(space.size(), 25U);
  EXPECT_NEAR(sum(plane, [](const Place&) { return 1.0; }), 1.0, 1e-14);
  EXPECT_NEAR(sum(plane, [](const Place& n) { return n[0] * n[1]; }), 0.0, 1e-14);
  EXPECT_NEAR(sum(plane, [](const Place& n) { return std::pow(n[1], 4); }), 3.0 / 8.0, 1e-14);
  EXPECT_NEAR(sum(space, [](const Place&) { return 1.0; }), 1.0, 1e-14);
  EXPECT_NEAR(sum(space, [](const Place& n) { return n[0] * n[2]; }), 0.0, 1e-14);
  EXPECT_NEAR(sum(space, [](const Place& n) { return std::pow(n[1], 10); }), 1.0 / 11.0, 1e-14);
  EXPECT_NEAR(sum(space, [](const Place& n) { return std::pow(n[0] * n[1] * n[2], 2); }),
              1.0 / 105.0, 1e-14);
}

// Of N(m, σ²) and N(n, τ²) in d dimensions W₂² = |m − n|²/d + (σ − τ)²; where σ = τ W₁ = |m − n|
// ⟨|cos|⟩, 2/π and 1/2 in the plane and in space.
TEST(SlicedWasserstein, OfNormalDensitiesConvergesToTheExactValue) {
  const Place m{0.4, -0.3, 0.2}, n{-0.5, 0.6, -0.4};
  for (const int d : {1, 2, 3}) {
    double square = 0.0;
    for (std::size_t a = 0; a < static_cast<std::size_t>(d); ++a) {
      square += (m[a] - n[a]) * (m[a] - n[a]);
    }
    const double exact = std::sqrt(square / d + 0.09);
    std::vector<double> errors;
    const std::int64_t coarse = d == 3 ? 16 : 24;
    for (const std::int64_t points : {coarse, 2 * coarse, 4 * coarse}) {
      const Grid grid = cube(d, points);
      const auto found =
          sliced_distance(world(), grid, normal(grid, m, 1.0), normal(grid, n, 0.7), 1.0);
      errors.push_back(std::abs(found.w2 / exact - 1.0));
    }
    const double order = std::log2(errors.front() / errors.back()) / 2.0;
    std::printf("%d-D: W2 %.2e %.2e %.2e off, order %.2f\n", d, errors[0], errors[1], errors[2],
                order);
    EXPECT_NEAR(order, 2.0, 0.2);
    EXPECT_LE(errors.back(), 5e-4);
    const Grid grid = cube(d, 64);
    const double w1 =
        sliced_distance(world(), grid, normal(grid, m, 1.0), normal(grid, n, 1.0), 1.0).w1;
    const double share = d == 1 ? 1.0 : d == 2 ? 2.0 / std::numbers::pi : 0.5;
    std::printf("%d-D: W1 %.3e off\n", d, w1 / (share * std::sqrt(square)) - 1.0);
    EXPECT_NEAR(w1 / (share * std::sqrt(square)), 1.0, d == 3 ? 6e-3 : 1e-3);
  }
}

TEST(SlicedWasserstein, OfIndependentDrawsIsAsExpected) {
  constexpr int draws = 2000, times = 40;
  std::mt19937 random(3);
  std::normal_distribution<double> deviate;
  for (const int d : {1, 2}) {
    const Grid grid = cube(d, 48);
    const auto density = normal(grid, {}, 1.0);
    double mean = 0.0, expected = 0.0;
    for (int n = 0; n < times; ++n) {
      std::vector<double> counts(density.size(), 0.0);
      for (int i = 0; i < draws; ++i) {
        std::size_t cell = 0;
        for (int a = 0; a < d; ++a) {
          const double at = (deviate(random) + 6.0) / grid.spacing(a);
          cell = cell * static_cast<std::size_t>(grid.points[static_cast<std::size_t>(a)]) +
                 static_cast<std::size_t>(at);
        }
        counts[cell] += 1.0;
      }
      const auto found = sliced_distance(world(), grid, counts, density, draws);
      mean += found.w1 / times, expected = found.expected_w1;
    }
    std::printf("%d-D: W1 of draws %.3f times the expected\n", d, mean / expected);
    EXPECT_NEAR(mean / expected, 1.0, 0.08);
  }
}

TEST(SlicedWasserstein, HasTheSameBitsOnAnyNumberOfRanks) {
  const Communicator alone = world().split(world().rank());
  for (const int d : {2, 3}) {
    const Grid grid = cube(d, 12);
    const auto a = normal(grid, {0.5, 0.2, 0.1}, 1.0), b = normal(grid, {}, 1.2);
    const auto one = sliced_distance(alone, grid, a, b, 10.0);
    const auto all = sliced_distance(world(), grid, a, b, 10.0);
    EXPECT_EQ(one.w1, all.w1);
    EXPECT_EQ(one.w2, all.w2);
    EXPECT_EQ(one.expected_w1, all.expected_w1);
  }
}

TEST(SlicedWasserstein, OfNothingIsNotANumber) {
  const Grid grid = cube(2, 8);
  const auto found =
      sliced_distance(world(), grid, normal(grid, {}, 1.0), std::vector<double>(8 * 7, 0.0), 1.0);
  EXPECT_TRUE(std::isnan(found.w1));
  EXPECT_TRUE(std::isnan(found.w2));
}

}  // namespace
}  // namespace parapet
