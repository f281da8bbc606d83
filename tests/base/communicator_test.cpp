#include "base/communicator.hpp"

#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <mpi.h>

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "base/mpi_native.hpp"

namespace parapet {
namespace {

TEST(Communicator, ReducesAndGathersOverAllRanks) {
  const auto world = Communicator::world();
  EXPECT_EQ(world.all_reduce<std::int64_t>(world.rank() + 1, Reduction::sum),
            world.size() * (world.size() + 1) / 2);
  EXPECT_EQ(world.all_reduce<double>(world.rank(), Reduction::maximum), world.size() - 1);
  std::vector<std::int64_t> expected(static_cast<std::size_t>(world.size()));
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(world.all_gather<std::int64_t>(world.rank()), expected);
}

TEST(Communicator, BroadcastsTextOfAnyLength) {
  const auto world = Communicator::world();
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{70000}}) {
    std::string text = world.is_root() ? std::string(length, 'x') : "something else";
    world.broadcast(text);
    EXPECT_EQ(text, std::string(length, 'x'));
  }
}

TEST(Communicator, SplitsByColour) {
  const auto world = Communicator::world();
  const auto half = world.split(world.rank() % 2);
  EXPECT_EQ(half.rank(), world.rank() / 2);
}

// Not set on one of them, a lost message would be a status that somebody has to look at.
TEST(Communicator, ErrorsOfCallsAreFatal) {
  const auto world = Communicator::world();
  const auto half = world.split(world.rank() % 2), copy = world.duplicate(),
             alone = Communicator::self();
  for (const Communicator* communicator : {&world, &half, &copy, &alone}) {
    MPI_Errhandler handler = MPI_ERRHANDLER_NULL;
    MPI_Comm_get_errhandler(native(*communicator), &handler);
    EXPECT_EQ(handler, MPI_ERRORS_ARE_FATAL);
    MPI_Errhandler_free(&handler);
  }
}

TEST(Collectively, GivesEveryRankTheFailureOfTheLowestFailingRank) {
  const auto world = Communicator::world();
  const int last = world.size() - 1;
  try {
    collectively(world,
                 [&] { require(world.rank() != last, ExitCode::input_output, "disk on fire"); });
    FAIL() << "no rank may pass";
  } catch (const Failure& failure) {
    EXPECT_TRUE(failure.is_collective());
    EXPECT_EQ(failure.code(), ExitCode::input_output);
    EXPECT_STREQ(failure.what(), "disk on fire");
  }
}

TEST(Digest, DependsOnPlaceButNotOnOrder) {
  Digest forwards, backwards, swapped;
  for (std::uint64_t i = 0; i < 10; ++i) forwards.add(0.5 * static_cast<double>(i), i);
  for (std::uint64_t i = 10; i-- > 0;) backwards.add(0.5 * static_cast<double>(i), i);
  for (std::uint64_t i = 0; i < 10; ++i) swapped.add(0.5 * static_cast<double>(i ^ 1U), i);
  EXPECT_EQ(forwards.value(), backwards.value());
  EXPECT_NE(forwards.value(), swapped.value());
}

}  // namespace
}  // namespace parapet
