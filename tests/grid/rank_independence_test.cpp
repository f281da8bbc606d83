#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "grid/spectral_transform.hpp"
#include "grid_support.hpp"
#include "reference_transform.hpp"

namespace parapet {
namespace {

using namespace testing_support;

/// Digest of everything a transform makes of one field: its modes, their products for two members,
/// and the points of these.
std::uint64_t digest_of_results(SpectralTransform& transform) {
  const Grid& grid = transform.grid();
  const Box box = transform.physical_box();
  ReferenceTransform points(grid);
  std::vector<double> field(transform.point_count());
  for (std::size_t i = 0; i < field.size(); ++i)
    field[i] = scrambled(points.point_index(box, i), 3);
  std::vector<Complex> modes(transform.mode_count());
  std::vector<Complex> first(modes.size()), second(modes.size());
  transform.to_modes(std::array{std::as_const(field).data()}, std::array{modes.data()});
  const std::array inputs{std::as_const(modes).data(), std::as_const(modes).data()};
  transform.apply_pointwise(2, inputs, std::array{first.data(), second.data()},
                            [](std::size_t, auto in, auto out, std::size_t count) {
                              for (std::size_t i = 0; i < count; ++i) {
                                out[0][i] = in[0][i] * (in[0][i] + 0.1);
                              }
                            });
  EXPECT_EQ(first, second);
  transform.to_points(std::array{std::as_const(first).data()}, std::array{field.data()});

  Digest digest;
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    digest.add(modes[i].real(), 4 * mode.global_index);
    digest.add(modes[i].imag(), 4 * mode.global_index + 1);
    digest.add(first[i].real(), 4 * mode.global_index + 2);
    digest.add(first[i].imag(), 4 * mode.global_index + 3);
  });
  const auto points_from = std::uint64_t{1} << 40;
  for (std::size_t i = 0; i < field.size(); ++i) {
    digest.add(field[i], points_from + points.point_index(box, i));
  }
  return transform.communicator().all_reduce(digest.value(), Reduction::sum);
}

/// The digest on the first 1, 2, ... ranks must be the same, and does not depend on whether they
/// share memory: none, two by two and messages between, all.
void expect_same_bits_on_any_rank_count(const Grid& grid, SpectralTransform::Options options) {
  SCOPED_TRACE(describe(grid, options));
  const auto world = Communicator::world();
  const int all = options.most_ranks_sharing_memory;
  std::uint64_t expected = 0;
  for (int ranks = 1; ranks <= world.size(); ++ranks) {
    options.most_ranks_sharing_memory = std::array{1, 2, all}[static_cast<std::size_t>(ranks) % 3];
    const Communicator part = world.split(world.rank() < ranks ? 0 : 1);
    std::uint64_t digest = 0;
    if (world.rank() < ranks) {
      SpectralTransform transform(part, grid, options);
      digest = digest_of_results(transform);
      if (ranks == 1) options.wisdom = transform.wisdom();
    }
    world.broadcast(options.wisdom);
    world.broadcast(digest);
    if (ranks == 1) expected = digest;
    EXPECT_EQ(digest, expected) << "on " << ranks << " ranks";
  }
}

TEST(RankIndependence, EveryKindOfGrid) {
  for (const auto planning : {Planning::estimate, Planning::measure}) {
    for (const auto rule : {Dealiasing::none, Dealiasing::two_thirds, Dealiasing::one_half}) {
      const SpectralTransform::Options options{.dealiasing = rule, .planning = planning};
      auto split = options;
      split.shortest_split_line = 2;
      for (const std::int64_t n : {8, 97, 1000})
        expect_same_bits_on_any_rank_count(line(n), options);
      for (const std::int64_t n : {24, 1001, 4096}) {
        expect_same_bits_on_any_rank_count(line(n), split);
      }
      expect_same_bits_on_any_rank_count(rectangle(3, 40), options);
      expect_same_bits_on_any_rank_count(rectangle(37, 64), options);
      expect_same_bits_on_any_rank_count(cuboid(2, 16, 15), options);
      expect_same_bits_on_any_rank_count(cuboid(18, 7, 32), options);
    }
  }
}

TEST(RankIndependence, EveryChoiceOfWalls) {
  for (const auto rule : {Dealiasing::none, Dealiasing::two_thirds}) {
    for (unsigned walls = 1; walls < 8; ++walls) {
      const auto with_walls = [&](Grid grid) {
        for (std::size_t a = 0; a < 3; ++a) grid.is_periodic[a] = (walls >> a) % 2 == 0;
        return grid;
      };
      const auto check = [&](const Grid& grid) {
        expect_same_bits_on_any_rank_count(with_walls(grid), {.dealiasing = rule});
      };
      if (walls == 1) check(line(97));
      if (walls < 4) check(rectangle(5, 40));
      if (walls < 4) check(rectangle(37, 64));
      check(cuboid(2, 16, 15));
      check(cuboid(18, 7, 20));
    }
  }
}

/// Members that share an exchange, in more than one run, get what each gets alone.
void expect_same_bits_in_any_company(const Communicator& communicator, const Grid& grid) {
  SCOPED_TRACE(describe(grid, {}));
  constexpr std::size_t members = 40;
  SpectralTransform transform(communicator, grid, {});
  const std::size_t count = transform.mode_count();
  std::vector<std::vector<Complex>> in(2 * members, std::vector<Complex>(count));
  std::vector<std::vector<Complex>> together(members, std::vector<Complex>(count));
  std::vector<const Complex*> inputs;
  std::vector<Complex*> outputs;
  for (std::size_t f = 0; f < in.size(); ++f) {
    transform.for_each_mode([&](std::size_t i, const Mode& mode) {
      in[f][i] = {scrambled(mode.global_index, f), scrambled(mode.global_index, f + 100)};
    });
    inputs.push_back(in[f].data());
  }
  for (auto& result : together) outputs.push_back(result.data());
  const auto product = [](std::size_t member, auto from, auto to, std::size_t points) {
    const auto own = static_cast<double>(member);
    for (std::size_t i = 0; i < points; ++i) to[0][i] = own + from[0][i] * from[1][i];
  };
  transform.apply_pointwise(members, inputs, outputs, product);
  for (std::size_t member = 0; member < members; ++member) {
    std::vector<Complex> alone(count);
    transform.apply_pointwise(
        1, std::span(inputs).subspan(2 * member, 2), std::array{alone.data()},
        [&](std::size_t, auto from, auto to, std::size_t n) { product(member, from, to, n); });
    EXPECT_EQ(alone, together[member]) << "member " << member;
  }
}

TEST(RankIndependence, MembersTransformedTogether) {
  const auto world = Communicator::world();
  for (const int ranks : {1, 3, 4, 7}) {
    const Communicator part = world.split(world.rank() < ranks ? 0 : 1);
    if (world.rank() >= ranks) continue;
    expect_same_bits_in_any_company(part, rectangle(96, 64));
    expect_same_bits_in_any_company(part, cuboid(3, 36, 20));
    expect_same_bits_in_any_company(part, cuboid(16, 18, 24));
  }
}

TEST(RankIndependence, StoredWisdomGivesTheSameBitsAgain) {
  const auto world = Communicator::world();
  SpectralTransform first(world, rectangle(60, 70), {.planning = Planning::measure});
  EXPECT_FALSE(first.wisdom().empty());
  SpectralTransform again(world, rectangle(60, 70),
                          {.planning = Planning::measure, .wisdom = first.wisdom()});
  EXPECT_EQ(digest_of_results(first), digest_of_results(again));
  const SpectralTransform estimated(world, rectangle(60, 70), {});
  EXPECT_TRUE(estimated.wisdom().empty());
}

TEST(RankIndependence, DamagedWisdomIsRefusedByAllRanks) {
  const auto world = Communicator::world();
  try {
    SpectralTransform transform(world, line(16),
                                {.planning = Planning::measure, .wisdom = "(not wisdom"});
    ADD_FAILURE() << "accepted";
  } catch (const Failure& failure) {
    EXPECT_TRUE(failure.is_collective());
    EXPECT_EQ(failure.code(), ExitCode::unusable_file);
  }
}

}  // namespace
}  // namespace parapet
