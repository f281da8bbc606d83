#include "particles/normal_noise.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "particles/philox_block.hpp"

namespace parapet {
namespace {

using Columns = std::vector<std::vector<double>>;
using Ids = std::vector<std::uint64_t>;

std::vector<double*> pointers(Columns& columns, std::size_t at = 0) {
  std::vector<double*> result;
  for (auto& column : columns) result.push_back(column.data() + at);
  return result;
}

Columns empty_columns(int dimensions, std::size_t count) {
  return Columns(static_cast<std::size_t>(dimensions), std::vector<double>(count, -1e300));
}

Columns of_range(const NormalNoise& noise, std::uint64_t first, std::size_t count,
                 NoiseTime time = {}) {
  Columns columns = empty_columns(noise.dimensions(), count);
  noise.fill(first, count, time, pointers(columns));
  return columns;
}

Columns of_ids(const NormalNoise& noise, const Ids& ids, NoiseTime time = {}) {
  Columns columns = empty_columns(noise.dimensions(), ids.size());
  noise.fill(ids, time, pointers(columns));
  return columns;
}

TEST(WidePhilox, GivesTheBitsOfRandom123) {
  const RandomStream stream(7, Purpose::noise, 3);
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const std::uint64_t index = i % 2 == 0 ? i + 0xffffff00U : mix_bits(i);
    const auto step = static_cast<std::uint32_t>(mix_bits(i + 1));
    const RandomBlock expected = stream.bits(index, step);
    const WideBlock found = wide_philox(index, step, stream.member(), stream.key());
    for (std::size_t w = 0; w < 4; ++w) ASSERT_EQ(found.word[w], expected[w]);
  }
}

// As the header states it, pair by pair through RandomStream and libm, whose angle 2πu is rounded.
TEST(NormalNoise, IsBoxAndMullersPairsOfTheStream) {
  const RandomStream stream(11, Purpose::noise, 2);
  constexpr NoiseTime time = {123456, 5};
  const std::uint64_t draw = std::uint64_t{time.draw} << 56U;
  for (int d = 1; d <= 6; ++d) {
    const NormalNoise noise(11, 2, d);
    const std::uint64_t first = (1ULL << 32U) - 500;
    const Columns found = of_range(noise, first, 1001, time);
    for (std::size_t i = 0; i < 1001; ++i) {
      for (int c = 0; c < d; ++c) {
        const bool is_last = d % 2 == 1 && c == d - 1;
        const std::uint64_t id = first + i, j = static_cast<std::uint64_t>(c) / 2;
        const auto pair =
            stream.normal_pair((is_last ? id / 2 : id) + (j << 48U) + draw, time.step);
        const double expected = pair[(is_last ? id : static_cast<std::uint64_t>(c)) % 2];
        const double error = std::abs(found[static_cast<std::size_t>(c)][i] - expected);
        ASSERT_LE(error, 4e-15) << d << ' ' << i << ' ' << c;
      }
    }
  }
}

TEST(NormalNoise, IsTheSameForRangesInAnyPiecesAndForLists) {
  for (int d = 1; d <= 6; ++d) {
    const NormalNoise noise(5, 0, d);
    constexpr std::uint64_t first = 77;
    constexpr std::size_t count = 3000;
    const Columns whole = of_range(noise, first, count);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1024}}) {
      Columns made = empty_columns(d, count);
      for (std::size_t at = 0; at < count; at += piece) {
        noise.fill(first + at, std::min(piece, count - at), {}, pointers(made, at));
      }
      EXPECT_EQ(made, whole) << d << " by " << piece;
    }
    Ids ids(count);
    for (std::size_t i = 0; i < count; ++i) ids[i] = first + (i * 1237) % count;
    const Columns listed = of_ids(noise, ids);
    for (std::size_t c = 0; c < whole.size(); ++c) {
      for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(listed[c][i], whole[c][ids[i] - first]);
    }
  }
}

TEST(NormalNoise, HasTheSameBitsOnAllProcessors) {
  const NormalNoise plain(3, 1, 3, Purpose::noise, Processor::any);
  for (const Processor processor : {Processor::avx2, Processor::avx512}) {
    if (processor > this_processor()) continue;
    const NormalNoise wide(3, 1, 3, Purpose::noise, processor);
    EXPECT_EQ(of_range(wide, 13, 10'001), of_range(plain, 13, 10'001));
  }
}

TEST(NormalNoise, DiffersInStepDrawMemberSeedAndPurpose) {
  const auto first_of = [](const NormalNoise& noise, NoiseTime time) {
    return of_range(noise, 40, 1, time)[0][0];
  };
  const NormalNoise noise(1, 0, 1);
  std::vector<double> seen = {first_of(noise, {0, 0}),
                              first_of(noise, {1, 0}),
                              first_of(noise, {0, 1}),
                              first_of(noise, {0, 255}),
                              first_of(NormalNoise(1, 1, 1), {}),
                              first_of(NormalNoise(2, 0, 1), {}),
                              first_of(NormalNoise(1, 0, 1, Purpose::test), {})};
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
}

constexpr std::size_t many = 1'000'000;

// Each estimate within 4.5 standard deviations of what it estimates.
TEST(NormalNoise, HasTheMomentsOfTheNormalDistribution) {
  const Columns columns = of_range(NormalNoise(1, 0, 3), 0, many, {9, 0});
  for (const auto& x : columns) {
    const double expected[] = {0, 1, 0, 3, 0, 15}, variance[] = {1, 2, 15, 96, 945, 10170};
    for (int k = 1; k <= 6; ++k) {
      double sum = 0.0;
      for (const double value : x) sum += std::pow(value, k);
      EXPECT_LE(std::abs(sum / many - expected[k - 1]), 4.5 * std::sqrt(variance[k - 1] / many))
          << k;
    }
  }
}

// Kolmogorov & Smirnov: √n sup|F_n − F| exceeds 1.95 with probability 0.001.
TEST(NormalNoise, IsDistributedNormally) {
  for (auto& x : of_range(NormalNoise(2, 0, 3), 0, many)) {
    std::sort(x.begin(), x.end());
    double distance = 0.0;
    for (std::size_t i = 0; i < many; ++i) {
      const double F = 0.5 * std::erfc(-x[i] / std::sqrt(2.0));
      const auto n = static_cast<double>(many);
      distance =
          std::max({distance, F - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - F});
    }
    EXPECT_LE(distance * std::sqrt(static_cast<double>(many)), 1.95);
  }
}

TEST(NormalNoise, HasNormalTails) {
  const Columns columns = of_range(NormalNoise(3, 0, 2), 0, 5 * many);
  for (const double threshold : {3.0, 4.0, 4.5}) {
    double beyond = 0.0;
    for (const auto& x : columns) {
      beyond += static_cast<double>(
          std::count_if(x.begin(), x.end(), [=](double v) { return std::abs(v) > threshold; }));
    }
    const double expected = 10.0 * many * std::erfc(threshold / std::sqrt(2.0));
    EXPECT_LE(std::abs(beyond - expected), 4.5 * std::sqrt(expected)) << threshold;
  }
}

// Neighbours in particle, component, step, draw and member, and their squares, are uncorrelated.
TEST(NormalNoise, NeighboursAreIndependent) {
  const NormalNoise noise(4, 0, 3);
  const Columns base = of_range(noise, 0, many), later = of_range(noise, 0, many, {1, 0});
  const Columns other = of_range(noise, 0, many, {0, 1});
  const Columns member = of_range(NormalNoise(4, 1, 3), 0, many);
  const auto check = [](const double* x, const double* y, const char* what) {
    double linear = 0.0, squares = 0.0;
    for (std::size_t i = 0; i + 1 < many; ++i) {
      linear += x[i] * y[i];
      squares += (x[i] * x[i] - 1.0) * (y[i] * y[i] - 1.0);
    }
    EXPECT_LE(std::abs(linear), 4.5 * std::sqrt(double{many})) << what;
    EXPECT_LE(std::abs(squares), 4.5 * 2.0 * std::sqrt(double{many})) << what;
  };
  for (std::size_t c = 0; c < 3; ++c) {
    check(base[c].data(), base[c].data() + 1, "particle");
    check(base[c].data(), base[(c + 1) % 3].data(), "component");
    check(base[c].data(), later[c].data(), "step");
    check(base[c].data(), other[c].data(), "draw");
    check(base[c].data(), member[c].data(), "member");
  }
}

}  // namespace
}  // namespace parapet
