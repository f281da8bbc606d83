#include "particles/near_sum.hpp"

#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "equations/attraction_repulsion.hpp"
#include "equations/keller_segel.hpp"
#include "equations/morse_swarm.hpp"
#include "force_case.hpp"

namespace parapet {
namespace {

// Of sides 8, 6 and 7 from −3 on, round about the axes that are said to be periodic.
Grid domain(int dimensions, std::array<bool, 3> is_periodic) {
  Grid grid;
  grid.dimensions = dimensions;
  grid.lower = {-3.0, -3.0, -3.0};
  grid.length = {8.0, 6.0, 7.0};
  grid.is_periodic = is_periodic;
  return grid;
}

// A cloud in the upper half, and a share spread over the whole domain, some at its ends.
template <int d>
Places<d> places_in(const Grid& grid, std::uint64_t count) {
  const RandomStream stream(4, Purpose::test);
  Places<d> all(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    for (std::size_t c = 0; c < d; ++c) {
      const double u = stream.uniform(i, static_cast<std::uint32_t>(c));
      const double share = i % 3 == 0 ? u : std::min(0.5 + 0.5 * u * u, 1.0 - 0x1p-40);
      all[i][c] = i % 31 == 5 ? grid.lower[c] : grid.lower[c] + share * grid.length[c];
    }
  }
  return all;
}

template <int d, class E>
Places<d> plain_forces(const E& equation, const Grid& grid, const Places<d>& all, double cutoff) {
  Places<d> forces(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all.size(); ++j) {
      Place<d> r;
      double square = 0.0;
      for (std::size_t c = 0; c < d; ++c) {
        r[c] = all[i][c] - all[j][c];
        if (grid.is_periodic[c]) r[c] -= grid.length[c] * std::round(r[c] / grid.length[c]);
        square += r[c] * r[c];
      }
      if (square == 0.0 || square >= cutoff * cutoff) continue;
      const double slope = plain_slope<d>(equation, square);
      for (std::size_t c = 0; c < d; ++c) forces[i][c] -= slope * r[c];
    }
  }
  return forces;
}

constexpr std::uint64_t count = 1201;

struct Case {
  std::array<bool, 3> is_periodic;
  double cutoff;
};

// Fine and coarse bins, and such as have room for one alone.
const Case cases[] = {{{false, false, false}, 0.9}, {{true, false, true}, 0.05},
                      {{true, true, true}, 0.4},    {{true, true, true}, 3.0},
                      {{false, true, false}, 2.2},  {{false, false, false}, 50.0}};

template <int d, class E>
void expect_plain_sums(const E& equation, bool is_singular) {
  using Law = InteractionLaw<E, d>;
  const auto world = Communicator::world();
  const auto alone = Communicator::self();
  for (const Case& one : cases) {
    const Grid grid = domain(d, one.is_periodic);
    const Places<d> all = places_in<d>(grid, is_singular ? 300 : count);
    const Places<d> expected = plain_forces<d>(equation, grid, all, one.cutoff);
    NearSum<d, Law> reference(alone, Law{equation}, grid, one.cutoff);
    const Places<d> bits = forces_on<d>(alone, reference, all);
    EXPECT_LE(distance<d>(bits, expected), 2e-13 * largest_of<d>(expected)) << one.cutoff;
    expect_no_net_force<d>(bits);
    for (const Deal deal : {Deal::blocks, Deal::cards, Deal::last_rank}) {
      NearSum<d, Law> sum(world, Law{equation}, grid, one.cutoff);
      EXPECT_EQ(forces_on<d>(world, sum, all, deal), bits) << one.cutoff;
      EXPECT_EQ(sum.bounds().of_pair, reference.bounds().of_pair);
      EXPECT_EQ(sum.bounds().of_sum, reference.bounds().of_sum);
    }
  }
}

TEST(NearSum, IsThatOfAllPairsWithinTheCutoffToTheBitOnAnyRanks) {
  expect_plain_sums<1>(MorseSwarm(), false);
  expect_plain_sums<2>(MorseSwarm(), false);
  expect_plain_sums<3>(MorseSwarm(), false);
  expect_plain_sums<2>(AttractionRepulsion(), false);
  expect_plain_sums<2>(KellerSegel(), true);
}

// Ranks that have what is next to each other, as a division by space gives it to them.
TEST(NearSum, IsTheSameWhereRanksHaveStrips) {
  using Law = InteractionLaw<MorseSwarm, 2>;
  const auto world = Communicator::world();
  const auto alone = Communicator::self();
  for (const Case& one : cases) {
    const Grid grid = domain(2, one.is_periodic);
    Places<2> all = places_in<2>(grid, count);
    std::ranges::sort(all);
    NearSum<2, Law> reference(alone, Law{}, grid, one.cutoff), sum(world, Law{}, grid, one.cutoff);
    EXPECT_EQ(forces_on<2>(world, sum, all), forces_on<2>(alone, reference, all)) << one.cutoff;
  }
}

TEST(NearSum, ServesAFewParticlesAndNone) {
  using Law = InteractionLaw<MorseSwarm, 2>;
  const auto world = Communicator::world();
  const Grid grid = domain(2, {true, true, true});
  for (const std::uint64_t few : {0, 1, 2, 5}) {
    const Places<2> all = places_in<2>(grid, few);
    NearSum<2, Law> sum(world, Law{}, grid, 2.0);
    const Places<2> expected = plain_forces<2>(MorseSwarm(), grid, all, 2.0);
    EXPECT_LE(distance<2>(forces_on<2>(world, sum, all), expected), 1e-14) << few;
  }
}

// Of squares of 3 bins and, where many are in a bin, 5 smaller ones a circle is a larger share.
TEST(NearSum, EvaluatesPairsThatAreNear) {
  using Law = InteractionLaw<MorseSwarm, 2>;
  const auto alone = Communicator::self();
  const Grid grid = domain(2, {false, false, true});
  const RandomStream stream(9, Purpose::test);
  Places<2> all(20'000);
  for (std::uint64_t i = 0; i < all.size(); ++i) {
    all[i] = {8.0 * stream.uniform(i, 0) - 3.0, 6.0 * stream.uniform(i, 1) - 3.0};
  }
  const double pi = std::numbers::pi;
  for (const auto& [cutoff, bins] : {std::pair{0.25, 9.0}, std::pair{0.4, 25.0 / 4.0}}) {
    NearSum<2, Law> sum(alone, Law{}, grid, cutoff);
    forces_on<2>(alone, sum, all);
    const double within = 0.5 * 20'000.0 * 20'000.0 * pi * cutoff * cutoff / 48.0;
    EXPECT_NEAR(within / static_cast<double>(sum.evaluations()), pi / bins, 0.02);
  }
}

TEST(NearSum, TellsOfParticlesThatAreNotFinite) {
  using Law = InteractionLaw<MorseSwarm, 2>;
  const auto world = Communicator::world();
  const Grid grid = domain(2, {true, false, true});
  for (const double lost : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    Places<2> all = places_in<2>(grid, 20);
    all[7][1] = lost;
    NearSum<2, Law> sum(world, Law{}, grid, 1.0);
    for (const auto& force : forces_on<2>(world, sum, all)) EXPECT_TRUE(std::isnan(force[0]));
  }
}

TEST(NearSum, HasTheSameBitsOnAllProcessors) {
  using Law = InteractionLaw<MorseSwarm, 2>;
  const auto alone = Communicator::self();
  const Grid grid = domain(2, {true, false, true});
  const Places<2> all = places_in<2>(grid, count);
  NearSum<2, Law> plain(alone, Law{}, grid, 1.0, Processor::any);
  const Places<2> expected = forces_on<2>(alone, plain, all);
  for (const Processor processor : {Processor::avx2, Processor::avx512}) {
    if (processor > this_processor()) continue;
    NearSum<2, Law> wide(alone, Law{}, grid, 1.0, processor);
    EXPECT_EQ(forces_on<2>(alone, wide, all), expected);
  }
}

}  // namespace
}  // namespace parapet
