#include <cmath>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "io/trajectory_reader.hpp"
#include "learn/data/sample_set.hpp"
#include "learn/evaluation/evaluation.hpp"
#include "learn/evaluation/forecast.hpp"
#include "learn/evaluation/surrogate.hpp"
#include "learn/synthetic_trajectory.hpp"
#include "learn/training/trainer.hpp"

namespace parapet {
namespace {

using testing::ScratchFolder;
using testing::SyntheticTrajectory;

constexpr std::int64_t frames = 5, steps = frames - 1;

SyntheticTrajectory heat_flow() {
  SyntheticTrajectory made;
  made.members = 20;
  made.frames = frames;
  return made;
}

// A model of one step of the heat equation, trained on 12 members and tested on 4.
class StepModel : public ::testing::Test {
 protected:
  StepModel() {
    input_.data.trajectory = made_.write(world_, scratch_.path());
    input_.data.task = "step";
    input_.data.train = 12;
    input_.data.validation = 4;
    input_.data.test = 4;
    input_.model.modes = {6};
    input_.model.width = 8;
    input_.model.layers = 2;
    input_.model.projection = 16;
    input_.training.folder = (scratch_.path() / "surrogate").string();
    input_.training.epochs = 30;
    input_.training.batch_size = 4;
    input_.training.learning_rate = 1e-2;
    trainer_ = std::make_unique<Trainer>(world_, input_, Trainer::Options{});
    code_ = trainer_->run();
  }

  // Rank 0 removes what the others may still be reading.
  void TearDown() override { world_.barrier(); }

  // ‖p − y‖/‖y‖ of one frame of one member, y by the formula of the data.
  double relative_error(const std::vector<float>& prediction, std::int64_t member,
                        std::int64_t frame) const {
    double error = 0.0, size = 0.0;
    for (std::size_t i = 0; i < prediction.size(); ++i) {
      const double truth = made_.value(member, frame, 0, static_cast<std::int64_t>(i));
      error += (prediction[i] - truth) * (prediction[i] - truth);
      size += truth * truth;
    }
    return std::sqrt(error / size);
  }

  Communicator world_ = Communicator::world();
  ScratchFolder scratch_{world_, "rollout"};
  SyntheticTrajectory made_ = heat_flow();
  TrainingInput input_;
  std::unique_ptr<Trainer> trainer_;
  ExitCode code_ = ExitCode::internal_error;
};

TEST_F(StepModel, IsMeasuredStepByStepAsItIsFedWithItsOwnPredictions) {
  ASSERT_EQ(code_, ExitCode::done);
  const auto& samples = trainer_->samples();
  const auto evaluation = evaluate(world_, trainer_->surrogate(), samples, 1);
  ASSERT_TRUE(evaluation.rollout.has_value());
  const auto& rollout = *evaluation.rollout;
  EXPECT_EQ(rollout.times, (std::vector<double>{1.0, 2.0, 3.0, 4.0}));
  ASSERT_EQ(rollout.steps.size(), static_cast<std::size_t>(steps));

  // The same predictions by another way: as a trajectory file, all members in their order.
  const auto folder = scratch_.path() / "forecast";
  on_root(world_, [&] { std::filesystem::create_directory(folder); });
  forecast(world_, trainer_->surrogate(), input_.data.trajectory, 0, steps, folder);
  const TrajectoryReader predicted(folder / "trajectory.h5");
  const std::int64_t first = 0;
  double mean_over_steps = 0.0;
  for (std::int64_t step = 1; step <= steps; ++step) {
    double expected = 0.0, unchanged = 0.0;
    for (const auto member : evaluation.members) {
      expected += relative_error(predicted.read(0, member, 1, std::vector{step}), member, step);
      unchanged += relative_error(predicted.read(0, member, 1, std::vector{first}), member, step);
    }
    const auto count = static_cast<double>(evaluation.members.size());
    const double found =
        value(rollout.steps[static_cast<std::size_t>(step - 1)], Metric::relative_l2);
    EXPECT_NEAR(found, expected / count, 1e-5 * expected / count);
    // Measured: 0.05 after one step, 0.02 after four.
    EXPECT_LE(found, 0.1 * unchanged / count) << "step " << step;
    mean_over_steps += value(rollout.steps[static_cast<std::size_t>(step - 1)], Metric::rmse);
  }
  EXPECT_NEAR(value(rollout.metrics, Metric::rmse), mean_over_steps / steps, 1e-12);
  // Its own errors come back as its input.
  EXPECT_GT(value(rollout.steps.back(), Metric::relative_l2),
            value(rollout.steps.front(), Metric::relative_l2));
  EXPECT_GT(value(rollout.metrics, Metric::relative_l2), evaluation.relative_l2());
}

TEST_F(StepModel, HasTheSameErrorsOnAnyNumberOfRanks) {
  const auto shared = evaluate(world_, trainer_->surrogate(), trainer_->samples(), 1);
  const auto alone = evaluate(Communicator::self(), trainer_->surrogate(), trainer_->samples(), 1);
  EXPECT_EQ(shared.metrics, alone.metrics);
  EXPECT_EQ(shared.rollout->steps, alone.rollout->steps);
}

TEST_F(StepModel, WritesTheErrorsOfEveryStep) {
  const auto evaluation = evaluate(world_, trainer_->surrogate(), trainer_->samples(), 1);
  const auto file = scratch_.path() / "evaluation.json";
  on_root(world_, [&] { write_evaluation(file, evaluation); });
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  std::vector<double> errors;
  for (const auto& step : evaluation.rollout->steps) {
    errors.push_back(value(step, Metric::relative_l2));
  }
  const auto expected =
      fmt::format("\"rollout_steps\": {{\n    \"time\": [1, 2, 3, 4],\n    \"relative_l2\": [{}]",
                  fmt::join(errors, ", "));
  EXPECT_NE(text.str().find(expected), std::string::npos) << text.str();
}

}  // namespace
}  // namespace parapet
