#include "diagnostics/stein_discrepancy.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

double normal_density(double x, double mean) {
  return std::exp(-0.5 * (x - mean) * (x - mean)) / std::sqrt(2.0 * std::numbers::pi);
}

/// S² of a normal density about a mean from the standard one, by the midpoint rule over both
/// places; the kernel's derivatives as they come.
double exact_square(double mean) {
  constexpr double h = 0.02, reach = 7.0;
  double sum = 0.0;
  for (double x = mean - reach; x < mean + reach; x += h) {
    for (double y = mean - reach; y < mean + reach; y += h) {
      const double r = x - y, k = 1.0 / std::sqrt(1.0 + r * r);
      const double along_x = -r * k * k * k, along_y = r * k * k * k;
      const double along_both = k * k * k - 3.0 * r * r * k * k * k * k * k;
      sum += normal_density(x, mean) * normal_density(y, mean) * h * h *
             (x * y * k - x * along_y - y * along_x + along_both);
    }
  }
  return sum;
}

/// Of points with the score of the standard normal density.
double discrepancy(const Communicator& ranks, const std::vector<std::vector<double>>& x) {
  std::vector<std::vector<double>> score = x;
  std::vector<const double*> places, scores;
  for (std::size_t a = 0; a < x.size(); ++a) {
    for (double& one : score[a]) one = -one;
    places.push_back(x[a].data());
    scores.push_back(score[a].data());
  }
  return stein_discrepancy(ranks, {places, scores, x[0].size()});
}

/// The middle of each of n parts of equal probability of a normal density, by bisection.
std::vector<double> quantiles(std::size_t n, double mean) {
  std::vector<double> x;
  for (std::size_t i = 0; i < n; ++i) {
    const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(n);
    double low = -9.0, high = 9.0;
    for (int halving = 0; halving < 60; ++halving) {
      const double middle = 0.5 * (low + high);
      (0.5 * std::erfc(-middle / std::numbers::sqrt2) < share ? low : high) = middle;
    }
    x.push_back(mean + 0.5 * (low + high));
  }
  return x;
}

TEST(SteinDiscrepancy, ComesToThatOfTheDensityWithMorePoints) {
  for (const double mean : {0.0, 0.5, 2.0}) {
    const double exact = exact_square(mean);
    std::vector<double> errors;
    for (const std::size_t n : {200, 400, 800, 1600}) {
      const double found = discrepancy(world(), {quantiles(n, mean)});
      errors.push_back(std::abs(found * found - exact));
    }
    const double order = std::log2(errors.front() / errors.back()) / 3.0;
    std::printf("    mean %.1f: S² %.6f, off by %.1e with 1600, order %.2f\n", mean, exact,
                errors.back(), order);
    EXPECT_GE(order, 1.1);
    EXPECT_LE(errors.back(), 2e-4);
  }
}

TEST(SteinDiscrepancy, OfDrawsFromTheDensityIsThatOfTheirNumber) {
  constexpr std::size_t n = 300;
  const RandomStream stream(11, Purpose::test);
  double sum = 0.0, squares = 0.0;
  constexpr int draws = 40;
  for (int draw = 0; draw < draws; ++draw) {
    std::vector<std::vector<double>> x(2, std::vector<double>(n));
    for (std::size_t i = 0; i < n; ++i) {
      const auto pair = stream.normal_pair(i, static_cast<std::uint32_t>(draw));
      x[0][i] = pair[0], x[1][i] = pair[1];
    }
    const double S = discrepancy(world(), x), scaled = S * S * n;
    sum += scaled, squares += scaled * scaled;
  }
  const double mean = sum / draws;
  const double error = std::sqrt((squares / draws - mean * mean) / draws);
  std::printf("    n S² %.3f ± %.3f, expected 4\n", mean, error);
  EXPECT_LE(std::abs(mean - 4.0), 4.0 * error);
}

TEST(SteinDiscrepancy, IsTheSameOnAnyRanks) {
  const Communicator alone = world().split(world().rank());
  const std::vector<std::vector<double>> x{quantiles(101, 0.3)};
  EXPECT_EQ(discrepancy(world(), x), discrepancy(alone, x));
  EXPECT_TRUE(std::isnan(discrepancy(world(), {{}})));
  EXPECT_TRUE(std::isnan(discrepancy(world(), {{0.0, std::nan("")}})));
}

}  // namespace
}  // namespace parapet
