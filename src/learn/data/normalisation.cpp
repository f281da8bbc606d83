#include "learn/data/normalisation.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/exact_sum.hpp"
#include "learn/data/sample_set.hpp"

namespace parapet {

namespace {

constexpr std::int64_t chunk_values = std::int64_t{1} << 23;

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
  const auto values = static_cast<std::size_t>(samples.sample_values());
  std::vector<ChannelSums> inputs(channels), targets(channels);
  const std::int64_t total = samples.size(Part::train);
  collectively(communicator, [&] {
    const std::int64_t end = total * (communicator.rank() + 1) / communicator.size();
    const std::int64_t chunk = std::max<std::int64_t>(1, chunk_values / samples.sample_values());
    std::vector<Sample> list;
    std::vector<float> input, target;
    for (std::int64_t first = total * communicator.rank() / communicator.size(); first < end;
         first += chunk) {
      list.clear();
      for (std::int64_t i = first; i < std::min(end, first + chunk); ++i) {
        list.push_back(samples.sample(Part::train, i));
      }
      input.resize(list.size() * values);
      target.resize(list.size() * values);
      samples.read(list, input, target);
      add_samples(input, channels, values / channels, inputs);
      add_samples(target, channels, values / channels, targets);
    }
  });
  const double count = static_cast<double>(total) * static_cast<double>(values / channels);
  return {scale_of(communicator, inputs, count), scale_of(communicator, targets, count)};
}

}  // namespace parapet
