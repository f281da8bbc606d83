#pragma once

#include <vector>

#include "base/communicator.hpp"

namespace parapet {

class SampleSet;

/// Mean and standard deviation of each channel, with which a model sees its fields:
/// (u − mean) / deviation. A channel that is constant has deviation 1.
struct ChannelScale {
  std::vector<double> mean, deviation;

  bool operator==(const ChannelScale&) const = default;
};

struct Normalisation {
  ChannelScale input, target;

  /// Leaves the fields as they are.
  static Normalisation none(std::size_t channels);
  /// Over all values of the training set; the ranks read disjoint parts of it, and the result has
  /// the same bits on any number of them. Collective; throws a collective Failure.
  static Normalisation of_training_set(const Communicator& communicator, const SampleSet& samples);

  bool operator==(const Normalisation&) const = default;
};

}  // namespace parapet
