#include "learn/data/batch_loader.hpp"

#include <utility>

namespace parapet {

BatchLoader::BatchLoader(const SampleSet& samples, Plan plan, std::int64_t first, std::int64_t end,
                         std::int64_t block_bytes)
    : samples_(samples),
      plan_(std::move(plan)),
      planned_(first),
      end_(end),
      block_bytes_(block_bytes) {
  start_reading();
}

// The future's destructor would wait as well; doing it here keeps the members it reads alive.
BatchLoader::~BatchLoader() {
  if (reading_.valid()) reading_.wait();
}

BatchLoader::Block BatchLoader::plan_block() {
  Block block;
  const std::int64_t sample_bytes = 2 * samples_.sample_values() * 4;
  while (planned_ < end_) {
    auto list = plan_(planned_);
    const auto total = static_cast<std::int64_t>(block.samples.size() + list.size());
    if (!block.counts.empty() && total * sample_bytes > block_bytes_) break;
    // Ranks without any share must not plan the whole run at once.
    if (block.counts.size() >= 4096) break;
    block.counts.push_back(static_cast<std::int64_t>(list.size()));
    block.samples.insert(block.samples.end(), list.begin(), list.end());
    ++planned_;
  }
  return block;
}

void BatchLoader::start_reading() {
  if (planned_ >= end_) return;
  reading_ = std::async(std::launch::async, [this, block = plan_block()]() mutable {
    const auto values = block.samples.size() * static_cast<std::size_t>(samples_.sample_values());
    block.inputs.resize(values);
    block.targets.resize(values);
    samples_.read(block.samples, block.inputs, block.targets);
    return std::move(block);
  });
}

BatchLoader::Batch BatchLoader::next() {
  if (step_in_block_ == block_.counts.size()) {
    block_ = Block{};
    block_ = reading_.get();
    step_in_block_ = 0;
    sample_in_block_ = 0;
    start_reading();
  }
  const std::int64_t count = block_.counts[step_in_block_++];
  const auto values = static_cast<std::size_t>(samples_.sample_values());
  const auto begin =
      static_cast<std::size_t>(std::exchange(sample_in_block_, sample_in_block_ + count)) * values;
  const auto length = static_cast<std::size_t>(count) * values;
  return {count, std::span(block_.inputs).subspan(begin, length),
          std::span(block_.targets).subspan(begin, length)};
}

}  // namespace parapet
