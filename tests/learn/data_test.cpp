#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/failure.hpp"
#include "learn/data/batch_loader.hpp"
#include "learn/data/normalisation.hpp"
#include "learn/data/sample_set.hpp"
#include "learn/synthetic_trajectory.hpp"

namespace parapet {
namespace {

using testing::ScratchFolder;
using testing::SyntheticTrajectory;

struct Read {
  std::vector<float> inputs, targets;
};

Read read_all(const SampleSet& samples, const std::vector<Sample>& list) {
  const auto values = list.size() * static_cast<std::size_t>(samples.sample_values());
  Read read{std::vector<float>(values), std::vector<float>(values)};
  samples.read(list, read.inputs, read.targets);
  return read;
}

std::string message_of(const std::function<void()>& action, ExitCode code) {
  try {
    action();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), code) << failure.what();
    EXPECT_TRUE(failure.is_collective());
    return failure.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

// Largest difference between what was read and the formula.
double worst(const SyntheticTrajectory& made, const SampleSet& samples, std::int64_t stride,
             const std::vector<Sample>& list) {
  const auto read = read_all(samples, list);
  const auto n = samples.points();
  double difference = 0.0;
  std::size_t at = 0;
  for (const auto& sample : list) {
    for (int c = 0; c < made.components; ++c) {
      for (std::int64_t i = 0; i < n[0]; ++i) {
        for (std::int64_t j = 0; j < n[1]; ++j, ++at) {
          const auto exact = [&](std::int64_t frame) {
            return made.value(sample.member, frame, c, i * stride, j * stride);
          };
          difference = std::max(difference, std::abs(read.inputs[at] - exact(sample.input_frame)));
          difference =
              std::max(difference, std::abs(read.targets[at] - exact(sample.target_frame)));
        }
      }
    }
  }
  return difference;
}

TEST(SampleSet, ReadsFramesInAnyOrderAndStride) {
  const auto world = Communicator::world();
  const ScratchFolder folder(world, "sample-set");
  SyntheticTrajectory made;
  DataSettings settings;
  settings.trajectory = made.write(world, folder.path());
  settings.train = 16;
  settings.test = 8;
  settings.stride = 4;
  settings.target_frame = -2;
  const SampleSet samples(world, settings);
  EXPECT_EQ(samples.size(Part::train), 16);
  EXPECT_EQ(samples.points()[0], 16);
  EXPECT_EQ(samples.sample(Part::test, 0), (Sample{16, 0, 1}));
  const std::vector<Sample> list = {{3, 0, 1}, {2, 0, 1}, {20, 0, 1}, {4, 0, 1}, {3, 0, 1}};
  EXPECT_LE(worst(made, samples, 4, list), 1e-6);
}

TEST(SampleSet, OffersEveryStepOfVectorFields) {
  const auto world = Communicator::world();
  const ScratchFolder folder(world, "steps");
  SyntheticTrajectory made{2, 8, 6, 4, 2, {}, {}, -1};
  DataSettings settings;
  settings.trajectory = made.write(world, folder.path());
  settings.task = "step";
  settings.train_members = {1, 5};
  settings.test_members = {0, 1};
  const SampleSet samples(world, settings);
  EXPECT_EQ(samples.channels(), (std::vector<std::string>{"u_x", "u_y"}));
  EXPECT_EQ(samples.size(Part::train), 12);
  EXPECT_EQ(samples.sample(Part::train, 4), (Sample{2, 1, 2}));
  std::vector<Sample> list;
  for (std::int64_t i = 0; i < 12; ++i) list.push_back(samples.sample(Part::train, (i * 5) % 12));
  EXPECT_LE(worst(made, samples, 1, list), 1e-6);
}

TEST(SampleSet, LeavesOutIncompleteAndFailedMembers) {
  const auto world = Communicator::world();
  const ScratchFolder folder(world, "incomplete");
  SyntheticTrajectory made;
  made.incomplete = {1, 4};
  made.failed = {2};
  DataSettings settings;
  settings.trajectory = made.write(world, folder.path());
  settings.train = 3;
  settings.test = 18;
  const SampleSet samples(world, settings);
  EXPECT_EQ(samples.members(Part::train), (std::vector<std::int64_t>{0, 3, 5}));
  settings.test = 19;
  const auto message =
      message_of([&] { const SampleSet refused(world, settings); }, ExitCode::bad_input);
  for (const char* part : {"22 members needed", "21 there", "2 incomplete", "1 failed"}) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }
}

TEST(SampleSet, RefusesWhatItCannotLearnFrom) {
  const auto world = Communicator::world();
  const ScratchFolder folder(world, "refused");
  SyntheticTrajectory made;
  DataSettings good;
  good.trajectory = made.write(world, folder.path());
  good.train = 4;
  const struct {
    void (*change)(DataSettings&);
    const char* says;
  } faults[] = {
      {[](auto& s) { s.trajectory = "no/such.h5"; }, "no file"},
      {[](auto& s) { s.fields = {"v"}; }, "no field `v`"},
      {[](auto& s) { s.target_frame = 3; }, "frames 0 to 2"},
      {[](auto& s) { s.stride = 5; }, "does not divide"},
      {[](auto& s) { s.train = 0; }, "no members to train on"},
      {[](auto& s) {
         s.train_members = {4, 4};
       },
       "first < end"},
      {[](auto& s) {
         s.train_members = {30, 40};
       },
       "none of these"},
      {[](auto& s) {
         s.train_members = {0, 5}, s.test_members = {4, 6};
       },
       "another part"},
  };
  for (const auto& fault : faults) {
    auto settings = good;
    fault.change(settings);
    const auto message =
        message_of([&] { const SampleSet refused(world, settings); }, ExitCode::bad_input);
    EXPECT_NE(message.find(fault.says), std::string::npos) << message;
  }
}

TEST(SampleSet, NamesTheMemberThatIsNotFinite) {
  const auto world = Communicator::world();
  const ScratchFolder folder(world, "nan");
  SyntheticTrajectory made;
  made.nan_member = 7;
  DataSettings settings;
  settings.trajectory = made.write(world, folder.path());
  settings.train = 10;
  const SampleSet samples(world, settings);
  const auto message =
      message_of([&] { Normalisation::of_training_set(world, samples); }, ExitCode::unusable_file);
  EXPECT_NE(message.find("member 7, frame 2"), std::string::npos) << message;
}

TEST(SampleSet, ADamagedFileIsRefusedByAllRanks) {
  const auto world = Communicator::world();
  const ScratchFolder folder(world, "damaged");
  DataSettings settings;
  settings.trajectory = (folder.path() / "trajectory.h5").string();
  settings.train = 1;
  on_root(world, [&] { std::ofstream(settings.trajectory) << "this is not HDF5"; });
  message_of([&] { const SampleSet refused(world, settings); }, ExitCode::unusable_file);
}

TEST(Normalisation, HasTheSameBitsOnAnyNumberOfRanks) {
  const auto world = Communicator::world();
  const ScratchFolder folder(world, "normalisation");
  SyntheticTrajectory made;
  DataSettings settings;
  settings.trajectory = made.write(world, folder.path());
  settings.train = 11;
  const auto own = Communicator::self();
  const SampleSet samples(world, settings);
  const auto together = Normalisation::of_training_set(world, samples);
  EXPECT_EQ(together, Normalisation::of_training_set(own, samples));
  double sum = 0.0, squares = 0.0;
  for (std::int64_t m = 0; m < 11; ++m) {
    for (std::int64_t i = 0; i < 64; ++i) {
      const double u = made.value(m, 0, 0, i);
      sum += u;
      squares += u * u;
    }
  }
  const double mean = sum / (11 * 64);
  EXPECT_NEAR(together.input.mean[0], mean, 1e-6);
  EXPECT_NEAR(together.input.deviation[0], std::sqrt(squares / (11 * 64) - mean * mean), 1e-6);
  EXPECT_LE(together.target.deviation[0], together.input.deviation[0]);
}

TEST(BatchLoader, GivesEveryStepItsSamples) {
  const auto world = Communicator::world();
  const ScratchFolder folder(world, "loader");
  SyntheticTrajectory made;
  DataSettings settings;
  settings.trajectory = made.write(world, folder.path());
  settings.train = 24;
  const SampleSet samples(world, settings);
  const auto plan = [&](std::int64_t step) {
    std::vector<Sample> list;
    for (std::int64_t i = 0; i < step % 4; ++i) {
      list.push_back(samples.sample(Part::train, (step * 7 + i * 5) % 24));
    }
    return list;
  };
  // Blocks of about three samples, so that steps and blocks do not go together.
  BatchLoader loader(samples, plan, 3, 60, 3 * 2 * 64 * 4);
  for (std::int64_t step = 3; step < 60; ++step) {
    const auto batch = loader.next();
    const auto expected = read_all(samples, plan(step));
    EXPECT_EQ(batch.count, step % 4);
    EXPECT_TRUE(std::equal(batch.inputs.begin(), batch.inputs.end(), expected.inputs.begin(),
                           expected.inputs.end()));
    EXPECT_TRUE(std::equal(batch.targets.begin(), batch.targets.end(), expected.targets.begin(),
                           expected.targets.end()));
  }
}

double resident_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("RssAnon:", 0) == 0) return std::stod(line.substr(8)) / 1024;
  }
  return 0.0;
}

// 400 MB pass through 2 × 1 MB of blocks; what the process itself holds must not follow.
TEST(BatchLoader, HoldsTwoBlocksWhateverTheFile) {
  const auto world = Communicator::world();
  if (world.size() > 1) GTEST_SKIP() << "one rank is enough";
  const ScratchFolder folder(world, "memory");
  SyntheticTrajectory made;
  made.points = 16384;
  made.members = 200;
  made.frames = 2;
  DataSettings settings;
  settings.trajectory = made.write(world, folder.path());
  settings.train = 200;
  const SampleSet samples(world, settings);
  const auto plan = [&](std::int64_t step) {
    std::vector<Sample> list;
    for (std::int64_t i = 0; i < 4; ++i) {
      list.push_back(samples.sample(Part::train, (step * 4 + i) * 7 % 200));
    }
    return list;
  };
  BatchLoader loader(samples, plan, 0, 800, 1 << 20);
  for (int step = 0; step < 50; ++step) loader.next();
  const double before = resident_megabytes();
  for (int step = 50; step < 800; ++step) loader.next();
  EXPECT_LE(resident_megabytes() - before, 4.0);
}

}  // namespace
}  // namespace parapet
