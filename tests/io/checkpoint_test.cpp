#include "io/checkpoint.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <hdf5.h>

#include "base/failure.hpp"
#include "checkpoint_samples.hpp"
#include "scratch_folder.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator communicator = Communicator::world();
  return communicator;
}

void write_sample(const std::filesystem::path& folder, const Communicator& group,
                  std::int64_t step) {
  CheckpointStore(folder).write(group, CheckpointSample(group, step).content);
}

TEST(Checkpoint, IsReadOnAnyNumberOfRanksHoweverManyWroteIt) {
  for (int writers = 1; writers <= world().size(); ++writers) {
    const ScratchFolder folder(world());
    const auto writing = world().split(world().rank() < writers ? 0 : 1);
    if (world().rank() < writers) write_sample(folder.path(), writing, 12);
    world().barrier();
    for (int readers = 1; readers <= world().size(); ++readers) {
      const auto reading = world().split(world().rank() < readers ? 0 : 1);
      if (world().rank() >= readers) continue;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto expected = CheckpointSample::expectation(reading, axis);
        const auto loaded = CheckpointStore(folder.path()).load(reading, expected);
        ASSERT_TRUE(loaded.has_value());
        EXPECT_TRUE(CheckpointSample::matches(*loaded, expected, 12))
            << writers << " wrote, " << readers << " read, axis " << axis;
        EXPECT_EQ(loaded->attributes, CheckpointSample(reading, 12).content.attributes);
      }
    }
    world().barrier();
  }
}

TEST(Checkpoint, KeepsTheLastTwoAndLoadsTheNewest) {
  const ScratchFolder folder(world());
  for (const std::int64_t step : {1, 2, 30}) write_sample(folder.path(), world(), step);
  const CheckpointStore store(folder.path());
  ASSERT_EQ(store.list().size(), 2U);
  EXPECT_EQ(store.list()[0].filename(), "checkpoint-00000030.h5");
  EXPECT_EQ(store.list()[1].filename(), "checkpoint-00000002.h5");
  const auto expected = CheckpointSample::expectation(world(), 0);
  const auto loaded = CheckpointStore(folder.path()).load(world(), expected);
  EXPECT_TRUE(loaded && CheckpointSample::matches(*loaded, expected, 30));
}

TEST(Checkpoint, OfOneNameIsNotTakenForAnother) {
  const ScratchFolder folder(world());
  CheckpointStore member(folder.path(), "member-3", {});
  member.write(world(), CheckpointSample(world(), 5).content);
  write_sample(folder.path(), world(), 4);
  EXPECT_EQ(member.list().size(), 1U);
  EXPECT_EQ(CheckpointStore(folder.path()).list().size(), 1U);
  EXPECT_EQ(member.list()[0].filename(), "checkpoint-member-3-00000005.h5");
}

TEST(Checkpoint, NoneAtAllIsNotAFailure) {
  const ScratchFolder folder(world());
  EXPECT_FALSE(
      CheckpointStore(folder.path()).load(world(), CheckpointSample::expectation(world(), 0)));
}

TEST(Checkpoint, LeftoversOfAKilledRunAreIgnoredAndRemoved) {
  const ScratchFolder folder(world());
  write_sample(folder.path(), world(), 1);
  const auto leftover = folder.path() / "checkpoint-00000002.h5.tmp";
  if (world().is_root()) set_bytes(leftover, "half a checkpoint");
  world().barrier();
  const auto expected = CheckpointSample::expectation(world(), 0);
  const auto loaded = CheckpointStore(folder.path()).load(world(), expected);
  EXPECT_TRUE(loaded && CheckpointSample::matches(*loaded, expected, 1));
  world().barrier();
  EXPECT_FALSE(std::filesystem::exists(leftover));
}

TEST(Checkpoint, LaterOnesThanTheRunArePutOutOfTheWay) {
  const ScratchFolder folder(world());
  write_sample(folder.path(), world(), 9);
  write_sample(folder.path(), world(), 4);
  world().barrier();
  EXPECT_EQ(CheckpointStore(folder.path()).list().size(), 1U);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "checkpoint-00000009.h5.abandoned"));
}

TEST(Checkpoint, NotFiniteIsNeverWrittenAndTheOlderStays) {
  const ScratchFolder folder(world());
  write_sample(folder.path(), world(), 1);
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()}) {
    CheckpointSample sample(world(), 2);
    if (!sample.state.empty()) sample.state.back() = bad;
    try {
      CheckpointStore(folder.path()).write(world(), sample.content);
      FAIL() << "must be refused";
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code(), ExitCode::blew_up);
      EXPECT_TRUE(failure.is_collective());
    }
  }
  const auto expected = CheckpointSample::expectation(world(), 0);
  const auto loaded = CheckpointStore(folder.path()).load(world(), expected);
  EXPECT_TRUE(loaded && CheckpointSample::matches(*loaded, expected, 1));
}

// Written a second later it would otherwise differ from one of the same content.
TEST(Checkpoint, DoesNotTellWhenItWasWritten) {
  const ScratchFolder folder(world());
  write_sample(folder.path(), world(), 3);
  if (!world().is_root()) return;
  const auto path = CheckpointStore(folder.path()).list().at(0);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  for (const char* const name : {"arrays/u", "arrays/line", "digests", "complete", "texts/note"}) {
    H5O_info_t info{};
    EXPECT_GE(H5Oget_info_by_name(file, name, &info, H5P_DEFAULT), 0) << name;
    EXPECT_EQ(info.mtime, 0) << name;
  }
  H5Fclose(file);
}

TEST(Checkpoint, IsTheSameWhenHandledInSmallPieces) {
  const ScratchFolder whole_folder(world()), pieces_folder(world());
  write_sample(whole_folder.path(), world(), 3);
  CheckpointStore::Options options;
  options.largest_piece = 72;  // nine numbers: cuts through planes and rows
  CheckpointStore store(pieces_folder.path(), "", options);
  store.write(world(), CheckpointSample(world(), 3).content);
  world().barrier();
  EXPECT_EQ(bytes_of(store.list()[0]), bytes_of(CheckpointStore(whole_folder.path()).list()[0]));
  const auto expected = CheckpointSample::expectation(world(), 2);
  const auto loaded = store.load(world(), expected);
  EXPECT_TRUE(loaded && CheckpointSample::matches(*loaded, expected, 3));
}

}  // namespace
}  // namespace parapet
