#include "particles/pair_sum.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "equations/attraction_repulsion.hpp"
#include "equations/desai_zwanzig.hpp"
#include "equations/keller_segel.hpp"
#include "equations/mckean_vlasov.hpp"
#include "equations/morse_swarm.hpp"
#include "force_case.hpp"

namespace parapet {
namespace {

// States its W alone: the kernel has to differentiate it.
struct Bell {
  template <class X>
  X interaction(const X* r, int d) const {
    using std::exp;
    X square(0.0);
    for (int i = 0; i < d; ++i) square = square + r[i] * r[i];
    return 2.0 * exp(-square / 3.0);
  }
};

// All pairs in turn, W'/r from the equations' own dual numbers or formula, in libm's functions.
template <int d, class E>
Places<d> plain_forces(const E& equation, const Places<d>& all, double softening) {
  Places<d> forces(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all.size(); ++j) {
      double square = softening * softening;
      for (std::size_t c = 0; c < d; ++c) square += std::pow(all[i][c] - all[j][c], 2);
      const double slope = square > 0.0 && i != j ? plain_slope<d>(equation, square) : 0.0;
      for (std::size_t c = 0; c < d; ++c) forces[i][c] -= slope * (all[i][c] - all[j][c]);
    }
  }
  return forces;
}

constexpr std::uint64_t count = 1201;  // some blocks and a rest, on all ranks in the middle of one

template <int d, class E>
void expect_plain_sums(const E& equation, double softening) {
  const auto world = Communicator::world();
  const Places<d> all = random_places<d>(count);
  const Places<d> expected = plain_forces<d>(equation, all, softening);
  const InteractionLaw<E, d> law{equation, softening};
  for (const bool is_reproducible : {false, true}) {
    PairSum<d, InteractionLaw<E, d>> sum(world, law, is_reproducible);
    for (const Deal deal : {Deal::blocks, Deal::cards, Deal::last_rank}) {
      const double error = distance<d>(forces_on<d>(world, sum, all, deal), expected);
      EXPECT_LE(error, 1e-13 * largest_of<d>(expected)) << is_reproducible;
    }
  }
}

TEST(PairSum, AgreesWithTheSumOverAllPairs) {
  expect_plain_sums<1>(MorseSwarm(), 0.0);
  expect_plain_sums<2>(MorseSwarm(), 0.0);
  expect_plain_sums<3>(MorseSwarm(), 0.1);
  expect_plain_sums<2>(AttractionRepulsion(), 0.0);
  expect_plain_sums<2>(KellerSegel(), 0.05);
  expect_plain_sums<3>(KellerSegel(), 0.05);
  expect_plain_sums<2>(McKeanVlasov(), 0.0);
  expect_plain_sums<3>(Bell(), 0.0);
}

// What an equation states beside W against what follows from W.
template <int d, class E>
void expect_radial_slope(const E& equation) {
  const InteractionLaw<E, d> law{equation};
  for (double square = 1e-4; square < 1e3; square *= 1.7) {
    const double stated = law.slope_over_distance(square);
    EXPECT_LE(std::abs(stated - law.differentiated(square)), 4e-14 * std::abs(stated)) << square;
  }
  EXPECT_EQ(law.slope_over_distance(0.0), 0.0);
}

TEST(RadialSlope, IsTheDerivativeOfTheInteraction) {
  MorseSwarm morse;
  morse.C_r.value = 0.0;  // with both parts the slope has a zero
  expect_radial_slope<1>(morse);
  expect_radial_slope<2>(morse);
  morse.C_r.value = 2.0, morse.C_a.value = 0.0;
  expect_radial_slope<3>(morse);
  AttractionRepulsion power;
  power.a.value = 3.5, power.b.value = 3.0;
  expect_radial_slope<1>(power);
  expect_radial_slope<3>(power);
  expect_radial_slope<1>(KellerSegel());
  expect_radial_slope<2>(KellerSegel());
  expect_radial_slope<3>(KellerSegel());
  expect_radial_slope<1>(McKeanVlasov());
  expect_radial_slope<2>(McKeanVlasov());
  expect_radial_slope<1>(DesaiZwanzig());
}

// Of so many that blocks and a rest are among them.
template <int d, class E>
void expect_bits_of_one_by_one(const E& equation) {
  const InteractionLaw<E, d> law{equation, 0.01};
  std::vector<double> expected, slopes(3 * NumberBlock::size + 17);
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    slopes[i] = std::pow(static_cast<double>(i), 3.5);  // the last of Morse's underflow
    expected.push_back(law.slope_over_distance(slopes[i]));
  }
  double* const all = slopes.data();
  const std::size_t n = slopes.size();
  run_compiled_for(
      this_processor(), [&]() __attribute__((always_inline)) { replace_by_slopes(law, all, n); });
  EXPECT_EQ(slopes, expected);
}

TEST(RadialSlope, HasTheSameBitsInBlocks) {
  expect_bits_of_one_by_one<1>(MorseSwarm());
  expect_bits_of_one_by_one<2>(AttractionRepulsion());
  expect_bits_of_one_by_one<1>(KellerSegel());
  expect_bits_of_one_by_one<2>(KellerSegel());
  expect_bits_of_one_by_one<3>(KellerSegel());
  expect_bits_of_one_by_one<2>(McKeanVlasov());
  expect_bits_of_one_by_one<3>(Bell());
}

template <int d, class E>
void expect_same_bits_and_no_net_force(const E& equation, std::uint64_t particles) {
  using Law = InteractionLaw<E, d>;
  const auto world = Communicator::world();
  const auto alone = Communicator::self();
  const Places<d> all = random_places<d>(particles);
  PairSum<d, Law> reference(alone, Law{equation}, true);
  const Places<d> expected = forces_on<d>(alone, reference, all);
  for (const Deal deal : {Deal::blocks, Deal::cards, Deal::last_rank}) {
    PairSum<d, Law> sum(world, Law{equation}, true);
    EXPECT_EQ(forces_on<d>(world, sum, all, deal), expected);
    EXPECT_EQ(sum.bounds().of_pair, reference.bounds().of_pair);
    EXPECT_EQ(sum.bounds().of_sum, reference.bounds().of_sum);
  }
  expect_no_net_force<d>(expected);
}

TEST(PairSum, HasTheSameBitsOnAnyNumberOfRanksAndConservesMomentumExactly) {
  expect_same_bits_and_no_net_force<1>(MorseSwarm(), count);
  expect_same_bits_and_no_net_force<2>(MorseSwarm(), count);
  expect_same_bits_and_no_net_force<2>(KellerSegel(), count);
  expect_same_bits_and_no_net_force<3>(AttractionRepulsion(), count);
  for (const std::uint64_t few : {0, 1, 2, 5}) {
    expect_same_bits_and_no_net_force<2>(MorseSwarm(), few);
  }
}

// Bounds that follow the forces: through a collapse by 10⁶ and back, on to the same bits.
TEST(PairSum, FollowsForcesThatGrowAndShrink) {
  using Law = InteractionLaw<KellerSegel, 2>;
  const auto world = Communicator::world();
  const Places<2> all = random_places<2>(300);
  PairSum<2, Law> sum(world, Law{}, true);
  for (const double scale : {1.0, 1e-6, 1e3}) {
    Places<2> scaled = all;
    for (auto& place : scaled) place = {scale * place[0], scale * place[1]};
    const Places<2> expected = plain_forces<2>(KellerSegel(), scaled, 0.0);
    for (int repeat = 0; repeat < 2; ++repeat) {
      const double error = distance<2>(forces_on<2>(world, sum, scaled), expected);
      EXPECT_LE(error, 1e-13 * largest_of<2>(expected)) << scale;
    }
  }
  PairSum<2, Law> restored(world, Law{}, true);
  restored.restore(sum.bounds());
  EXPECT_EQ(forces_on<2>(world, restored, all), forces_on<2>(world, sum, all));
}

TEST(PairSum, TellsOfParticlesThatAreNotFinite) {
  using Law = InteractionLaw<MorseSwarm, 2>;
  const auto world = Communicator::world();
  Places<2> all = random_places<2>(20);
  all[7][1] = std::nan("");
  PairSum<2, Law> sum(world, Law{}, true);
  for (const auto& force : forces_on<2>(world, sum, all)) EXPECT_TRUE(std::isnan(force[0]));
}

TEST(PairSum, PutsNoForceBetweenParticlesInOnePlace) {
  using Law = InteractionLaw<KellerSegel, 2>;
  const auto world = Communicator::world();
  for (const bool is_reproducible : {false, true}) {
    PairSum<2, Law> sum(world, Law{}, is_reproducible);
    const Places<2> none = {{0.0, 0.0}, {0.0, 0.0}};
    EXPECT_EQ(forces_on<2>(world, sum, Places<2>(2, {1.0, 3.0})), none);
  }
}

TEST(PairSum, HasTheSameBitsOnAllProcessors) {
  using Law = InteractionLaw<MorseSwarm, 2>;
  const auto alone = Communicator::self();
  const Places<2> all = random_places<2>(count);
  for (const bool is_reproducible : {false, true}) {
    PairSum<2, Law> plain(alone, Law{}, is_reproducible, Processor::any);
    const Places<2> expected = forces_on<2>(alone, plain, all);
    for (const Processor processor : {Processor::avx2, Processor::avx512}) {
      if (processor > this_processor()) continue;
      PairSum<2, Law> wide(alone, Law{}, is_reproducible, processor);
      EXPECT_EQ(forces_on<2>(alone, wide, all), expected);
    }
  }
}

}  // namespace
}  // namespace parapet
