#pragma once

#include <cstdint>
#include <vector>

#include "learn/data/epoch_order.hpp"
#include "learn/data/sample_set.hpp"

namespace parapet {

/// The training samples a rank takes in each step: its share of the batch, in the order of the
/// epoch.
class StepSamples {
 public:
  /// The set must outlive this object.
  StepSamples(const SampleSet& samples, const BatchPlan& plan, std::uint64_t seed)
      : samples_(samples), plan_(plan), seed_(seed) {}

  /// Empty when ranks outnumber the samples of the batch.
  std::vector<Sample> share(std::int64_t step);

 private:
  const SampleSet& samples_;
  BatchPlan plan_;
  std::uint64_t seed_;
  std::vector<std::int64_t> order_;
  std::int64_t ordered_epoch_ = -1;
};

}  // namespace parapet
