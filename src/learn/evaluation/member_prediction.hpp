#pragma once

#include <cstdint>
#include <vector>

#include "learn/evaluation/metrics.hpp"

namespace parapet {

class SampleSet;
class Surrogate;

/// Shape of what is predicted of one member: one frame, or all but the first for a step model.
PredictionShape prediction_shape(const SampleSet& samples);

/// A surrogate's predictions for one member, and the truth: [frame][channel][x][y][z].
class MemberPrediction {
 public:
  MemberPrediction(Surrogate& surrogate, const SampleSet& samples, std::int64_t member);

  const std::vector<double>& input() const {
    return input_;
  }  ///< what each frame is predicted from
  const std::vector<double>& truth() const { return truth_; }
  const std::vector<double>& one_step() const { return one_step_; }  ///< each from the true input
  /// Step models: each from the predicted frame before it, the first from the true one.
  const std::vector<double>& rollout() const { return rollout_; }

 private:
  std::vector<double> input_, truth_, one_step_, rollout_;
};

}  // namespace parapet
