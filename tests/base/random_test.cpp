#include "base/random.hpp"

#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace parapet {
namespace {

// The vectors published with Random123 (kat_vectors, philox4x32 10).
TEST(Philox, GivesThePublishedVectors) {
  constexpr std::uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
            (RandomBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({ones, ones, ones, ones}, {ones, ones}),
            (RandomBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (RandomBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, IsAFunctionOfItsArguments) {
  const RandomStream one(5, Purpose::test, 3), same(5, Purpose::test, 3);
  EXPECT_EQ(one.normal_pair(1ULL << 40, 7), same.normal_pair(1ULL << 40, 7));
}

TEST(RandomStream, DiffersInEveryArgument) {
  std::set<RandomBlock> seen;
  int count = 0;
  for (const std::uint64_t seed : {0ULL, 1ULL, 2ULL, 1ULL << 40}) {
    for (const auto purpose : {Purpose::initial_condition, Purpose::forcing, Purpose::test}) {
      for (const std::uint32_t member : {0U, 1U, 70000U}) {
        for (const std::uint64_t index : {0ULL, 1ULL, 1ULL << 32, (1ULL << 32) + 1}) {
          for (const std::uint32_t step : {0U, 1U, 1U << 31}) {
            seen.insert(RandomStream(seed, purpose, member).bits(index, step));
            ++count;
          }
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(count));
}

// Bounds are five standard deviations of each estimate, from 2·10⁵ draws.
TEST(RandomStream, UniformNumbersHaveTheirMoments) {
  const RandomStream stream(1, Purpose::test);
  constexpr int pairs = 100'000;
  double sum = 0.0, squares = 0.0, smallest = 1.0, largest = 0.0;
  std::vector<int> histogram(64);
  for (int i = 0; i < pairs; ++i) {
    for (const double u : stream.uniform_pair(static_cast<std::uint64_t>(i))) {
      sum += u - 0.5;
      squares += (u - 0.5) * (u - 0.5);
      smallest = std::min(smallest, u);
      largest = std::max(largest, u);
      ++histogram[static_cast<std::size_t>(u * 64)];
    }
  }
  const double count = 2.0 * pairs;
  EXPECT_LE(std::abs(sum / count), 5 * std::sqrt(1.0 / 12 / count));
  EXPECT_LE(std::abs(squares / count - 1.0 / 12), 5 * std::sqrt(1.0 / 180 / count));
  EXPECT_GT(smallest, 0.0);
  EXPECT_LT(largest, 1.0);
  double chi_squared = 0.0;
  for (const int n : histogram) chi_squared += (n - count / 64) * (n - count / 64) / (count / 64);
  EXPECT_LE(chi_squared, 63 + 5 * std::sqrt(2.0 * 63));
}

TEST(RandomStream, NormalNumbersHaveTheirMoments) {
  const RandomStream stream(2, Purpose::test);
  constexpr int pairs = 100'000;
  double mean = 0.0, variance = 0.0, fourth = 0.0, covariance = 0.0;
  for (int i = 0; i < pairs; ++i) {
    const auto [x, y] = stream.normal_pair(static_cast<std::uint64_t>(i));
    mean += x + y;
    variance += x * x + y * y;
    fourth += x * x * x * x + y * y * y * y;
    covariance += x * y;
  }
  const double count = 2.0 * pairs;
  EXPECT_LE(std::abs(mean / count), 5 / std::sqrt(count));
  EXPECT_LE(std::abs(variance / count - 1.0), 5 * std::sqrt(2.0 / count));
  EXPECT_LE(std::abs(fourth / count - 3.0), 5 * std::sqrt(96.0 / count));
  EXPECT_LE(std::abs(covariance / pairs), 5 / std::sqrt(double{pairs}));
}

// Neighbouring indices, steps, members, purposes and seeds give uncorrelated draws.
TEST(RandomStream, NeighboursAreIndependent) {
  const RandomStream base(3, Purpose::test), member(3, Purpose::test, 1);
  const RandomStream purpose(3, Purpose::noise), seed(4, Purpose::test);
  constexpr int count = 50'000;
  std::vector<double> products(5);
  for (std::uint64_t i = 0; i < count; ++i) {
    const double x = base.normal(i);
    const double others[] = {base.normal(i + 1), base.normal(i, 1), member.normal(i),
                             purpose.normal(i), seed.normal(i)};
    for (std::size_t k = 0; k < products.size(); ++k) products[k] += x * others[k];
  }
  for (const double sum : products) EXPECT_LE(std::abs(sum / count), 5 / std::sqrt(double{count}));
}

TEST(RandomStream, IntegersCoverTheirRangeEvenly) {
  const RandomStream stream(6, Purpose::test);
  std::vector<int> histogram(7);
  for (std::uint64_t i = 0; i < 70'000; ++i) ++histogram.at(stream.integer(7, i));
  for (const int n : histogram) EXPECT_LE(std::abs(n - 10'000), 5 * 100);
  EXPECT_EQ(stream.integer(1, 0), 0U);
}

TEST(RandomStream, NeverGivesZeroOrOne) {
  // The smallest and largest draws the conversion can make.
  EXPECT_GT((0.0 + 0.5) * 0x1p-52, 0.0);
  EXPECT_LT((static_cast<double>((1ULL << 52) - 1) + 0.5) * 0x1p-52, 1.0);
}

}  // namespace
}  // namespace parapet
