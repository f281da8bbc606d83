#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "learn/data/epoch_order.hpp"
#include "learn/training/optimiser.hpp"
#include "learn/training/ordered_sum.hpp"
#include "learn/training/schedule.hpp"

namespace parapet {
namespace {

template <class T>
std::vector<T> values_of_rank(int rank, std::size_t count) {
  const RandomStream draws(3, Purpose::test, static_cast<std::uint32_t>(rank));
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<T>(draws.normal(i));
  return values;
}

TEST(OrderedSum, AddsInRankOrderHoweverTheArrayIsCut) {
  const auto world = Communicator::world();
  for (const std::size_t count : {0UL, 1UL, 2UL, 7UL, 1000UL}) {
    auto expected = values_of_rank<float>(0, count);
    for (int rank = 1; rank < world.size(); ++rank) {
      const auto part = values_of_rank<float>(rank, count);
      for (std::size_t i = 0; i < count; ++i) expected[i] += part[i];
    }
    auto whole = values_of_rank<float>(world.rank(), count);
    ordered_sum(world, std::span<float>(whole));
    EXPECT_EQ(whole, expected);

    auto pieces = values_of_rank<float>(world.rank(), count);
    OrderedSum<float> first(world), second(world);
    first.start(std::span(pieces).subspan(count / 3));
    second.start(std::span(pieces).first(count / 3));
    first.finish();
    second.finish();
    EXPECT_EQ(pieces, expected);
  }
}

TEST(AdamW, FollowsTheFormula) {
  AdamW<double> adam(2, {0.9, 0.99, 1e-8, 0.1});
  std::vector<double> w = {1.0, -2.0};
  double m[2] = {}, v[2] = {}, expected[2] = {1.0, -2.0};
  for (int step = 1; step <= 5; ++step) {
    const std::vector<double> g = {0.3 * step, -0.7};
    adam.step(w, std::span<const double>(g), 0.01, 0.5);
    for (int i = 0; i < 2; ++i) {
      const double scaled = 0.5 * g[static_cast<std::size_t>(i)];
      m[i] = 0.9 * m[i] + 0.1 * scaled;
      v[i] = 0.99 * v[i] + 0.01 * scaled * scaled;
      const double mean = m[i] / (1 - std::pow(0.9, step));
      const double root = std::sqrt(v[i] / (1 - std::pow(0.99, step)));
      expected[i] -= 0.01 * (mean / (root + 1e-8) + 0.1 * expected[i]);
    }
  }
  EXPECT_NEAR(w[0], expected[0], 1e-14);
  EXPECT_NEAR(w[1], expected[1], 1e-14);
}

TEST(AdamW, NormMatchesTheSumOfSquares) {
  std::vector<float> values(1003);
  std::iota(values.begin(), values.end(), 1.0F);
  const double n = 1003.0;
  EXPECT_NEAR(norm(std::span<const float>(values)), std::sqrt(n * (n + 1) * (2 * n + 1) / 6),
              1e-9 * n * n);
}

TEST(Schedule, WarmsUpAndFallsAlongACosine) {
  const Schedule schedule{2e-3, 0.1, 10, 110, false};
  EXPECT_DOUBLE_EQ(schedule.rate(0), 2e-4);
  EXPECT_DOUBLE_EQ(schedule.rate(9), 2e-3);
  EXPECT_DOUBLE_EQ(schedule.rate(10), 2e-3);
  EXPECT_NEAR(schedule.rate(60), 2e-3 * 0.55, 1e-15);
  EXPECT_NEAR(schedule.rate(110), 2e-4, 1e-15);
}

TEST(EpochOrder, IsAPermutationKeyedBySeedAndEpoch) {
  const auto order = epoch_order(1000, 5, 3);
  auto sorted = order;
  std::sort(sorted.begin(), sorted.end());
  for (std::int64_t i = 0; i < 1000; ++i) EXPECT_EQ(sorted[static_cast<std::size_t>(i)], i);
  EXPECT_EQ(order, epoch_order(1000, 5, 3));
  EXPECT_NE(order, epoch_order(1000, 5, 4));
  EXPECT_NE(order, epoch_order(1000, 6, 3));
}

// Every one of the 24 orders of four samples: χ² with 23 degrees of freedom is above 49.7 in one of
// a thousand cases.
TEST(EpochOrder, IsUniform) {
  std::vector<int> counts(256);
  const int draws = 24'000;
  for (int epoch = 0; epoch < draws; ++epoch) {
    const auto order = epoch_order(4, 11, epoch);
    ++counts[static_cast<std::size_t>(order[0] * 64 + order[1] * 16 + order[2] * 4 + order[3])];
  }
  double chi_square = 0.0;
  int different = 0;
  for (const int count : counts) {
    if (count == 0) continue;
    ++different;
    chi_square += std::pow(count - draws / 24.0, 2) / (draws / 24.0);
  }
  EXPECT_EQ(different, 24);
  EXPECT_LE(chi_square, 49.7);
}

TEST(BatchPlan, SharesTileEveryBatch) {
  for (const int ranks : {1, 2, 3, 7}) {
    BatchPlan plan{23, 5, 0, ranks};
    EXPECT_EQ(plan.steps_per_epoch(), 5);
    std::int64_t next = 0;
    for (std::int64_t step = 0; step < plan.steps_per_epoch(); ++step) {
      for (plan.rank = 0; plan.rank < ranks; ++plan.rank) {
        const auto share = plan.share(step);
        EXPECT_EQ(share.first, next);
        EXPECT_GE(share.size(), 0);
        next = share.end;
      }
      EXPECT_EQ(next, plan.batch(step).end);
    }
    EXPECT_EQ(next, 23);
  }
}

}  // namespace
}  // namespace parapet
