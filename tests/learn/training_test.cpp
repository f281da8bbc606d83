#include <cmath>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/failure.hpp"
#include "learn/synthetic_trajectory.hpp"
#include "learn/training/trainer.hpp"

namespace parapet {
namespace {

using testing::ScratchFolder;
using testing::SyntheticTrajectory;

TrainingInput small_input(const std::string& trajectory, const std::filesystem::path& folder) {
  TrainingInput input;
  input.data.trajectory = trajectory;
  input.data.train = 16;
  input.data.validation = 4;
  input.data.test = 4;
  input.model.modes = {6};
  input.model.width = 8;
  input.model.layers = 2;
  input.model.projection = 16;
  input.training.folder = folder.string();
  input.training.epochs = 10;
  input.training.batch_size = 3;
  input.training.learning_rate = 3e-3;
  input.training.warmup_epochs = 1;
  return input;
}

struct Outcome {
  ExitCode code = ExitCode::internal_error;
  std::vector<double> losses;
  std::uint64_t digest = 0;
};

// Trains on `communicator`; `stop_after` steps asks for a stop on the last rank only.
Outcome train(const Communicator& communicator, const TrainingInput& input, bool resume = false,
              std::int64_t stop_after = std::numeric_limits<std::int64_t>::max()) {
  Outcome outcome;
  Trainer::Options options;
  options.resume = resume;
  std::int64_t steps = 0;
  options.on_step = [&](const StepReport& report) {
    outcome.losses.push_back(report.loss);
    steps = report.step;
  };
  options.is_stop_requested = [&] {
    return communicator.rank() + 1 == communicator.size() && steps + 1 >= stop_after;
  };
  Trainer trainer(communicator, input, options);
  outcome.code = trainer.run();
  outcome.digest = trainer.parameter_digest();
  return outcome;
}

class Training : public ::testing::Test {
 protected:
  Communicator world_ = Communicator::world();
  ScratchFolder scratch_{world_, "training"};
  std::string trajectory_ = SyntheticTrajectory{}.write(world_, scratch_.path());

  TrainingInput input(const std::string& name) const {
    return small_input(trajectory_, scratch_.path() / name);
  }
};

TEST_F(Training, LearnsTheHeatEquation) {
  auto long_input = input("learns");
  long_input.training.epochs = 60;
  long_input.training.learning_rate = 1e-2;
  const auto outcome = train(world_, long_input);
  EXPECT_EQ(outcome.code, ExitCode::done);
  EXPECT_LE(outcome.losses.back(), 0.05 * outcome.losses.front());
}

TEST_F(Training, ReportsEveryEpochOnRankZero) {
  std::vector<EpochReport> reports;
  Trainer::Options options;
  options.on_epoch = [&](const EpochReport& report) { reports.push_back(report); };
  const auto settings = input("reports");
  Trainer(world_, settings, options).run();
  ASSERT_EQ(reports.size(), world_.is_root() ? 10U : 0U);
  for (std::size_t i = 0; i < reports.size(); ++i) {
    EXPECT_EQ(reports[i].epoch, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(reports[i].epochs, 10);
    EXPECT_GT(reports[i].loss, 0.0);
    EXPECT_EQ(reports[i].validation.has_value(), settings.data.validation > 0);
  }
}

TEST_F(Training, GivesTheSameBitsTwice) {
  const auto first = train(world_, input("first")), second = train(world_, input("second"));
  EXPECT_EQ(first.losses, second.losses);
  EXPECT_EQ(first.digest, second.digest);
}

TEST_F(Training, SumsGradientsToTheSameBitsDuringAndAfterTheBackwardPass) {
  auto after = input("after"), during = input("during");
  after.training.reduction = "after";
  during.training.reduction = "during";
  EXPECT_EQ(train(world_, after).digest, train(world_, during).digest);
}

TEST_F(Training, ContinuesBitIdenticallyFromAnyStep) {
  const auto whole = train(world_, input("whole"));
  EXPECT_EQ(whole.losses.size(), 60U);
  // In the middle of an epoch, at its end, and twice.
  for (const auto& stops : {std::vector<std::int64_t>{8}, {12}, {1, 31}}) {
    const auto name = "stopped" + std::to_string(stops.front());
    std::vector<double> losses;
    bool resume = false;
    for (const auto stop : stops) {
      const auto part = train(world_, input(name), resume, stop);
      EXPECT_EQ(part.code, ExitCode::resumable);
      losses.insert(losses.end(), part.losses.begin(), part.losses.end());
      EXPECT_EQ(losses.size(), static_cast<std::size_t>(stop));
      resume = true;
    }
    const auto rest = train(world_, input(name), true);
    EXPECT_EQ(rest.code, ExitCode::done);
    losses.insert(losses.end(), rest.losses.begin(), rest.losses.end());
    EXPECT_EQ(losses, whole.losses);
    EXPECT_EQ(rest.digest, whole.digest);
  }
}

TEST_F(Training, ResumingAFinishedTrainingChangesNothing) {
  const auto whole = train(world_, input("finished"));
  const auto again = train(world_, input("finished"), true);
  EXPECT_EQ(again.code, ExitCode::done);
  EXPECT_TRUE(again.losses.empty());
  EXPECT_EQ(again.digest, whole.digest);
}

TEST_F(Training, TakesMoreRanksThanSamples) {
  auto tiny = input("tiny");
  tiny.data.train = 1;
  tiny.training.batch_size = 1;
  EXPECT_EQ(train(world_, tiny).losses.size(), 10U);
}

TEST_F(Training, StopsWithoutAWordLostWhenTheLossIsNotFinite) {
  auto wild = input("wild");
  wild.training.learning_rate = 10.0;
  wild.training.clip = 0.0;
  wild.training.precision = "float32";
  wild.training.epochs = 10000;
  wild.training.warmup_epochs = 0;
  wild.training.weight_decay = 10.0;
  try {
    train(world_, wild);
    ADD_FAILURE() << "the training did not blow up";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::blew_up);
    EXPECT_TRUE(failure.is_collective());
  }
}

TEST_F(Training, RefusesAnotherTrainingsCheckpointAndAnUsedFolder) {
  train(world_, input("used"));
  const auto code_of = [&](const TrainingInput& changed, bool resume) {
    try {
      train(world_, changed, resume);
    } catch (const Failure& failure) {
      return failure.code();
    }
    return ExitCode::done;
  };
  EXPECT_EQ(code_of(input("used"), false), ExitCode::bad_input);
  auto changed = input("used");
  changed.training.learning_rate = 1e-4;
  EXPECT_EQ(code_of(changed, true), ExitCode::unusable_file);
}

// The same training on 1, 2 and 4 of the ranks at the same global batch.
class RankCounts : public Training, public ::testing::WithParamInterface<const char*> {};

TEST_P(RankCounts, AgreeOnTheLossCurve) {
  if (world_.size() < 4) GTEST_SKIP() << "needs four ranks";
  const std::string precision = GetParam();
  const double bound = precision == "float64" ? 1e-10 : 1e-4;
  std::vector<double> expected;
  for (const int ranks : {1, 2, 4}) {
    const auto group = world_.split(world_.rank() < ranks ? 0 : 1 + world_.rank());
    auto described = input(precision + std::to_string(ranks));
    described.training.precision = precision;
    described.training.batch_size = 4;
    described.training.epochs = 13;
    std::vector<double> losses(52);
    if (world_.rank() < ranks) losses = train(group, described).losses;
    ASSERT_EQ(losses.size(), 52U);
    world_.broadcast(std::span<double>(losses));
    if (ranks == 1) expected = losses;
    double worst = 0.0;
    for (std::size_t i = 0; i < 50; ++i) {
      worst = std::max(worst, std::abs(losses[i] / expected[i] - 1.0));
    }
    RecordProperty("difference_of_" + std::to_string(ranks), std::to_string(worst));
    EXPECT_LE(worst, bound);
    if (world_.is_root()) std::printf("%d ranks, %s: %.2e\n", ranks, precision.c_str(), worst);
  }
}

INSTANTIATE_TEST_SUITE_P(Precisions, RankCounts, ::testing::Values("float32", "float64"));

}  // namespace
}  // namespace parapet
