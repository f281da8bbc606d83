#include "learn/evaluation/evaluation.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <limits>

#include <torch/torch.h>

#include "base/failure.hpp"
#include "learn/data/sample_set.hpp"
#include "learn/evaluation/member_prediction.hpp"
#include "learn/evaluation/surrogate.hpp"

namespace parapet {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::int64_t legacy_batch = 50, resamples = 1000, timed_batch = 20;

// Median of repeated timings, after two that warm up.
double seconds_of(const std::function<void()>& action) {
  action();
  action();
  std::vector<double> times;
  for (int i = 0; i < 9; ++i) {
    const auto start = Clock::now();
    action();
    times.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  std::nth_element(times.begin(), times.begin() + 4, times.end());
  return times[4];
}

// On rank 0 alone, while the others wait: nothing else shares its memory bandwidth.
PredictionCost measure_cost(const Communicator& communicator, Surrogate& surrogate,
                            const SampleSet& samples) {
  std::array<double, 2> seconds{};
  on_root(communicator, [&] {
    const auto shape = prediction_shape(samples);
    std::vector<std::int64_t> sizes{timed_batch, shape.channels};
    for (int a = 0; a < shape.dimensions; ++a) {
      sizes.push_back(shape.points[static_cast<std::size_t>(a)]);
    }
    const auto fields =
        torch::zeros(sizes, surrogate.is_double() ? torch::kDouble : torch::kFloat) + 0.5;
    seconds[0] = seconds_of([&] { surrogate.predict(fields.narrow(0, 0, 1)); });
    seconds[1] = seconds_of([&] { surrogate.predict(fields); }) / timed_batch;
  });
  communicator.broadcast(std::span<double>(seconds));
  return {seconds[0], seconds[1], timed_batch};
}

Rollout rollout_of(const ErrorTable& table, const SampleSet& samples) {
  Rollout rollout{table.metrics(), {}, {}};
  for (std::int64_t frame = 1; frame < samples.frames(); ++frame) {
    rollout.times.push_back(samples.time(frame));
    rollout.steps.push_back(table.frame_metrics(frame - 1));
  }
  return rollout;
}

}  // namespace

Evaluation evaluate(const Communicator& communicator, Surrogate& surrogate,
                    const SampleSet& samples, std::uint64_t seed) {
  const torch::NoGradGuard no_gradients;
  Evaluation evaluation;
  evaluation.members = samples.members(Part::test);
  const auto count = static_cast<std::int64_t>(evaluation.members.size());
  if (count == 0) {
    throw Failure(ExitCode::bad_input, "[data] test: no members to evaluate on", true);
  }
  ErrorTable one_step(prediction_shape(samples), count), rollout = one_step;
  collectively(communicator, [&] {
    const std::int64_t end = count * (communicator.rank() + 1) / communicator.size();
    for (std::int64_t i = count * communicator.rank() / communicator.size(); i < end; ++i) {
      const auto member = evaluation.members[static_cast<std::size_t>(i)];
      const MemberPrediction prediction(surrogate, samples, member);
      one_step.add(i, prediction.one_step(), prediction.truth());
      if (!samples.is_operator_task()) rollout.add(i, prediction.rollout(), prediction.truth());
    }
  });
  one_step.gather(communicator);
  evaluation.metrics = one_step.metrics();
  evaluation.interval = one_step.bootstrap(resamples, seed);
  evaluation.legacy = one_step.legacy_metrics(legacy_batch);
  for (std::int64_t i = 0; i < count; ++i) {
    evaluation.per_sample.push_back(one_step.sample_metrics(i));
  }
  if (!samples.is_operator_task()) {
    rollout.gather(communicator);
    evaluation.rollout = rollout_of(rollout, samples);
  }
  evaluation.cost = measure_cost(communicator, surrogate, samples);
  return evaluation;
}

}  // namespace parapet
