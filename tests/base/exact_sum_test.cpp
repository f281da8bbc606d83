#include "base/exact_sum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "base/bounded_sum.hpp"
#include "base/fixed_point_sum.hpp"

namespace parapet {
namespace {

__extension__ using Quad = __float128;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();

double sum_of(const std::vector<double>& terms) {
  ExactSum sum;
  sum.add(terms);
  return sum.round();
}

// Random numbers of both signs with exponents in [low, high].
std::vector<double> random_terms(std::size_t count, int low, int high, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::vector<double> terms(count);
  for (double& term : terms) {
    const double mantissa = 1.0 + static_cast<double>(engine() >> 12) * 0x1p-52;
    const auto span = static_cast<std::uint64_t>(high - low) + 1;
    const int exponent = low + static_cast<int>(engine() % span);
    term = std::ldexp(engine() % 2 ? mantissa : -mantissa, exponent);
  }
  return terms;
}

// Sums of numbers with exponents within 2²⁰ of each other are exact in 113 bits.
TEST(ExactSum, EqualsQuadruplePrecisionRoundedOnce) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const auto terms = random_terms(1000, -20, 20, seed);
    Quad exact = 0;
    for (const double term : terms) exact += static_cast<Quad>(term);
    EXPECT_EQ(sum_of(terms), static_cast<double>(exact));
  }
}

TEST(ExactSum, DoesNotDependOnTheOrder) {
  auto terms = random_terms(5000, -1070, 1000, 1);
  const double expected = sum_of(terms);
  std::mt19937 engine(2);
  for (int trial = 0; trial < 20; ++trial) {
    std::shuffle(terms.begin(), terms.end(), engine);
    EXPECT_EQ(sum_of(terms), expected);
  }
}

TEST(ExactSum, CancelsCompletely) {
  auto terms = random_terms(3000, -1074, 1020, 3);
  const std::size_t count = terms.size();
  for (std::size_t i = 0; i < count; ++i) terms.push_back(-terms[i]);
  EXPECT_EQ(sum_of(terms), 0.0);
  for (const double left : {1.0, -smallest, 0x1.fffffffffffffp-1022, -largest, 0.1}) {
    terms.push_back(left);
    EXPECT_EQ(sum_of(terms), left);
    terms.pop_back();
  }
}

TEST(ExactSum, RoundsToNearestTiesToEven) {
  const double half = 0x1p-53;
  EXPECT_EQ(sum_of({1.0, half}), 1.0);
  EXPECT_EQ(sum_of({1.0, half, smallest}), 1.0 + 0x1p-52);
  EXPECT_EQ(sum_of({1.0, half, -smallest}), 1.0);
  EXPECT_EQ(sum_of({1.0 + 0x1p-52, half}), 1.0 + 0x1p-51);
  EXPECT_EQ(sum_of({-1.0, -half, -smallest}), -1.0 - 0x1p-52);
  EXPECT_EQ(sum_of({2.0, -half, -smallest}), 2.0 - 0x1p-52);
  EXPECT_EQ(sum_of({smallest, smallest}), 2 * smallest);
  EXPECT_EQ(sum_of({0x1p-1022, -smallest}), 0x1p-1022 - smallest);
}

TEST(ExactSum, HandlesTheEndsOfTheRange) {
  EXPECT_EQ(sum_of({}), 0.0);
  EXPECT_FALSE(std::signbit(sum_of({-0.0})));
  EXPECT_EQ(sum_of({largest, largest, -largest}), largest);
  EXPECT_EQ(sum_of({largest, largest}), infinity);
  EXPECT_EQ(sum_of({-largest, -largest}), -infinity);
  EXPECT_EQ(sum_of(std::vector<double>(5000, largest)), infinity);
  EXPECT_EQ(sum_of({largest, 0x1p969}), largest);
  EXPECT_EQ(sum_of({largest, 0x1p970}), infinity);
  EXPECT_EQ(sum_of({infinity, -largest, 1.0}), infinity);
  EXPECT_EQ(sum_of({-infinity, largest}), -infinity);
  EXPECT_TRUE(std::isnan(sum_of({infinity, -infinity})));
  EXPECT_TRUE(std::isnan(sum_of({std::nan(""), 1.0})));
}

// Enough equal terms that every delayed carry is taken many times.
TEST(ExactSum, CarriesThroughAMillionTerms) {
  for (const double term : {0.1, -1.0 / 3.0, 0x1.fffffffffffffp31, -0x1.fffffffffffffp+30}) {
    ExactSum sum;
    for (int i = 0; i < 1'000'000; ++i) sum.add(term);
    EXPECT_EQ(sum.round(), static_cast<double>(static_cast<Quad>(term) * 1'000'000));
  }
}

TEST(ExactSum, PartialSumsAddUp) {
  const auto terms = random_terms(4000, -300, 300, 5);
  ExactSum left, right;
  for (std::size_t i = 0; i < terms.size(); ++i) (i % 3 == 0 ? left : right).add(terms[i]);
  left.add(right);
  EXPECT_EQ(left.round(), sum_of(terms));
}

TEST(ExactSum, ReducesToTheSameBitsOnAnyNumberOfRanks) {
  const auto world = Communicator::world();
  const auto terms = random_terms(10'000, -200, 200, 6);
  std::vector<double> mine;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (static_cast<int>(i) % world.size() == world.rank()) mine.push_back(terms[i]);
  }
  EXPECT_EQ(exact_sum(world, mine), sum_of(terms));
  if (world.rank() == world.size() - 1) mine.push_back(std::nan(""));
  EXPECT_TRUE(std::isnan(exact_sum(world, mine)));
}

TEST(BoundedSum, HasTheSameBitsInEveryOrderAndDivision) {
  auto terms = random_terms(5000, -60, -2, 11);
  for (const double bound : {2000.0, 4096.0}) {
    BoundedSum whole(bound);
    whole.add(terms);
    ASSERT_LE(whole.size(), whole.bound());
    EXPECT_LE(std::abs(whole.value() - sum_of(terms)), 5000 * 0x1p-53 * whole.bound());
    for (unsigned seed = 0; seed < 20; ++seed) {
      std::shuffle(terms.begin(), terms.end(), std::mt19937(seed));
      BoundedSum first(bound), second(bound);
      const std::span<const double> all(terms);
      first.add(all.first(seed * 200 + 3));
      second.add(all.subspan(seed * 200 + 3));
      EXPECT_EQ(first.value() + second.value(), whole.value());
      EXPECT_EQ(first.size() + second.size(), whole.size());
    }
  }
}

TEST(BoundedSum, TellsWhenItsBoundWasTooSmall) {
  const std::vector<double> terms = {3.0, 1.0, 2.5, 7.0, 1.5};
  BoundedSum sum(4.0);
  sum.add_positive(terms);
  EXPECT_GT(sum.size(), sum.bound());
  BoundedSum cancelling(4.0);
  for (const double term : terms) cancelling.add(std::vector<double>{term, -term});
  EXPECT_GT(cancelling.size(), cancelling.bound());
  BoundedSum broken(4.0);
  broken.add(std::vector<double>{1.0, std::nan("")});
  EXPECT_FALSE(broken.size() <= broken.bound());
}

TEST(FixedPointSum, HasTheSameBitsInEveryOrderAndDivision) {
  const auto world = Communicator::world();
  auto terms = random_terms(9000, -60, 2, 12);
  for (const double bound : {8.0, 16.0, 9.0}) {
    FixedPointSum whole(bound);
    whole.add(terms);
    ASSERT_TRUE(whole.holds());
    EXPECT_LE(std::abs(whole.value() - sum_of(terms)), 9000 * 0x1p-51 * whole.bound());
    std::shuffle(terms.begin(), terms.end(), std::mt19937(7));
    const std::span<const double> all(terms);
    const auto size = static_cast<std::size_t>(world.size());
    const auto rank = static_cast<std::size_t>(world.rank());
    FixedPointSum parts[] = {FixedPointSum(bound), FixedPointSum(bound)};
    const std::size_t begin = 9000 * rank / size, end = 9000 * (rank + 1) / size;
    parts[0].add(all.subspan(begin, end - begin));
    FixedPointSum::reduce(world, parts);
    EXPECT_EQ(parts[0].value(), whole.value());
    EXPECT_EQ(parts[0].largest(), whole.largest());
    EXPECT_EQ(parts[1].value(), 0.0);
  }
}

TEST(FixedPointSum, HoldsManyLargeTermsOfOneSign) {
  const std::vector<double> terms(100'000, -7.0);
  FixedPointSum sum(7.0);
  sum.add(terms);
  EXPECT_EQ(sum.value(), -700'000.0);
}

TEST(FixedPointSum, TellsWhenItsBoundWasTooSmall) {
  FixedPointSum sum(4.0);
  sum.add(std::vector<double>{3.0, -4.0});
  EXPECT_TRUE(sum.holds());
  sum.add(std::vector<double>{-4.5});
  EXPECT_FALSE(sum.holds());
  EXPECT_EQ(sum.largest(), 4.5);
  sum.add(std::vector<double>{std::nan("")});
  EXPECT_FALSE(sum.holds());
}

}  // namespace
}  // namespace parapet
