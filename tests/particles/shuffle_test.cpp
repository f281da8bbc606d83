#include "particles/shuffle.hpp"

#include <cmath>
#include <cstdio>
#include <vector>

#include <gtest/gtest.h>

namespace parapet {
namespace {

const RandomStream stream(3, Purpose::test);

TEST(Shuffle, IsAPermutation) {
  for (const std::uint64_t count : {1U, 2U, 3U, 100U, 1023U, 1024U, 1025U, 70'000U}) {
    for (const std::uint32_t step : {0U, 1U}) {
      const Shuffle shuffle(count, stream, step);
      std::vector<bool> is_met(count, false);
      for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t to = shuffle(i);
        ASSERT_LT(to, count);
        EXPECT_FALSE(is_met[to]);
        is_met[to] = true;
      }
    }
  }
}

TEST(Shuffle, TellsItsPlacesOfEachNumberByTheStreamAndTheStepOnly) {
  const Shuffle one(1000, stream, 5), same(1000, stream, 5), other(1000, stream, 6);
  int moved = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(one(i), same(i));
    if (one(i) != other(i)) ++moved;
  }
  EXPECT_GT(moved, 980);  // one in a thousand stays by chance
}

/// How often each pair of numbers falls into one batch: the mean over pairs of the square of how
/// far that is from its expectation, over its variance.
double variance_of_pairs(std::uint64_t count, std::uint64_t batch) {
  constexpr std::uint32_t steps = 5000;
  std::vector<double> met(count * count, 0.0);
  for (std::uint32_t step = 0; step < steps; ++step) {
    const Shuffle shuffle(count, stream, step);
    std::vector<std::uint64_t> batch_of;
    for (std::uint64_t i = 0; i < count; ++i) batch_of.push_back(shuffle(i) / batch);
    for (std::uint64_t i = 0; i < count; ++i) {
      for (std::uint64_t j = 0; j < i; ++j) {
        if (batch_of[i] == batch_of[j]) met[i * count + j] += 1.0;
      }
    }
  }
  const double share = static_cast<double>(batch - 1) / static_cast<double>(count - 1);
  double sum = 0.0;
  for (std::uint64_t i = 0; i < count; ++i) {
    for (std::uint64_t j = 0; j < i; ++j) {
      const double off = met[i * count + j] - steps * share;
      sum += off * off / (steps * share * (1.0 - share));
    }
  }
  return sum / (0.5 * static_cast<double>(count * (count - 1)));
}

// The numbers of each particle's meetings are given, hence so many degrees of freedom.
TEST(Shuffle, BringsEveryPairTogetherAsOften) {
  for (const auto& [count, batch] : {std::pair{6, 2}, std::pair{12, 3}, std::pair{40, 2}}) {
    const double found =
        variance_of_pairs(static_cast<std::uint64_t>(count), static_cast<std::uint64_t>(batch));
    const double bound = 4.0 * std::sqrt(2.0 / (0.5 * count * (count - 1) - count));
    std::printf("    %d in batches of %d: variance %.3f of what it should be, bound 1 ± %.3f\n",
                count, batch, found, bound);
    EXPECT_LE(std::abs(found - 1.0), bound);
  }
}

}  // namespace
}  // namespace parapet
