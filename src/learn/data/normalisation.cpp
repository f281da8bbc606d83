#include "learn/data/normalisation.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/exact_sum.hpp"
#include "learn/data/sample_set.hpp"

namespace parapet {

namespace {

constexpr std::int64_t block_values = std::int64_t{1} << 23;

struct ChannelSums {
  ExactSum values, squares;
};

void add_samples(std::span<const float> fields, std::size_t channels, std::size_t points,
                 std::vector<ChannelSums>& sums) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    auto& channel = sums[i / points % channels];
    const auto value = static_cast<double>(fields[i]);
    channel.values.add(value);
    channel.squares.add(value * value);  // exact: a float squared fits a double
  }
}

ChannelScale scale_of(const Communicator& communicator, std::vector<ChannelSums>& sums,
                      double count) {
  ChannelScale scale;
  for (auto& channel : sums) {
    channel.values.reduce(communicator);
    channel.squares.reduce(communicator);
    const double mean = channel.values.round() / count;
    const double variance = channel.squares.round() / count - mean * mean;
    // What is left of a constant channel is rounding.
    const bool is_constant = !(variance > 1e-14 * mean * mean);
    scale.mean.push_back(mean);
    scale.deviation.push_back(is_constant ? 1.0 : std::sqrt(variance));
  }
  return scale;
}

}  // namespace

Normalisation Normalisation::none(std::size_t channels) {
  const ChannelScale plain{std::vector(channels, 0.0), std::vector(channels, 1.0)};
  return {plain, plain};
}

Normalisation Normalisation::of_training_set(const Communicator& communicator,
                                             const SampleSet& samples) {
  const std::size_t channels = samples.channels().size();
  const auto points = static_cast<std::size_t>(samples.sample_values()) / channels;
  const std::int64_t block = std::max<std::int64_t>(1, block_values / samples.sample_values());
  std::vector<ChannelSums> inputs(channels), targets(channels);
  const auto add = [&](std::int64_t, std::int64_t, std::span<float> from, std::span<float> to) {
    add_samples(from, channels, points, inputs);
    add_samples(to, channels, points, targets);
  };
  collectively(communicator, [&] { samples.read_share(communicator, Part::train, block, add); });
  const auto count = static_cast<double>(samples.size(Part::train)) * static_cast<double>(points);
  return {scale_of(communicator, inputs, count), scale_of(communicator, targets, count)};
}

}  // namespace parapet
