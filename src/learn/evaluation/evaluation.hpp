#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "learn/evaluation/metrics.hpp"

namespace parapet {

class SampleSet;
class Surrogate;

/// Seconds one rank takes to predict one sample.
struct PredictionCost {
  double single = 0.0;   ///< by itself
  double batched = 0.0;  ///< in a batch of `batch`
  std::int64_t batch = 1;
};

/// What a classical solver needs for the same answer.
struct SolverCost {
  std::int64_t points = 0;   ///< along each axis, of the coarsest grid that suffices
  double time_step = 0.0;    ///< largest that suffices there
  double error = 0.0;        ///< relative L2 error, mean over `members`, on the surrogate's grid
  double seconds = 0.0;      ///< for one member, by one rank
  std::int64_t members = 0;  ///< test members it was measured on
  std::string method;
};

/// The errors of a step model that is fed with its own predictions.
struct Rollout {
  Metrics metrics{};           ///< over all predicted frames
  std::vector<double> times;   ///< of the predicted frames
  std::vector<Metrics> steps;  ///< of each predicted frame
};

/// The errors of a surrogate on a test set.
struct Evaluation {
  Metrics metrics{};
  ErrorTable::Interval interval{};  ///< 95 %, by bootstrap over the samples
  std::optional<Metrics> legacy;    ///< as PDEBench's own program averages, batches of 50
  std::vector<Metrics> per_sample;
  std::vector<std::int64_t> members;  ///< of the file, one a sample
  std::optional<Rollout> rollout;     ///< step models only
  PredictionCost cost;
  std::optional<SolverCost> solver;

  double relative_l2() const { return value(metrics, Metric::relative_l2); }
};

/// Predicts the whole test set, each rank its share, and measures. For a step model a sample is a
/// member: every frame is predicted from the true one before it, and once more from the predicted
/// one before it (rollout). Collective.
Evaluation evaluate(const Communicator& communicator, Surrogate& surrogate,
                    const SampleSet& samples, std::uint64_t seed);

/// `evaluation.json`: metrics with their intervals, the errors of every sample and of every step of
/// a rollout, the cost.
void write_evaluation(const std::filesystem::path& file, const Evaluation& evaluation);

/// `predictions.h5` for pictures: best, median and worst sample by relative L2 and some between,
/// `count` at most. Datasets `input`, `target`, `prediction` [sample, frame, channel, x (, y, z)]
/// and `sample` (the member); attribute `fields`.
void write_predictions(const std::filesystem::path& file, Surrogate& surrogate,
                       const SampleSet& samples, const Evaluation& evaluation, std::int64_t count);

}  // namespace parapet
