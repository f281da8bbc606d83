#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <span>
#include <vector>

#include "learn/data/sample_set.hpp"

namespace parapet {

/// Reads the samples of consecutive batches in blocks of several batches, the next block in a
/// thread of its own while this one is used. Holds two blocks, whatever the size of the file.
class BatchLoader {
 public:
  /// The samples one step needs on this rank; empty when it has no share in the batch.
  using Plan = std::function<std::vector<Sample>(std::int64_t step)>;

  struct Batch {
    std::int64_t count = 0;   ///< samples
    std::span<float> inputs;  ///< [count][channel][x][y][z]; good until the next call
    std::span<float> targets;
  };

  /// Loads steps first … end−1; blocks hold about `block_bytes`, but at least one batch.
  BatchLoader(const SampleSet& samples, Plan plan, std::int64_t first, std::int64_t end,
              std::int64_t block_bytes = std::int64_t{1} << 25);
  ~BatchLoader();
  BatchLoader(const BatchLoader&) = delete;
  BatchLoader& operator=(const BatchLoader&) = delete;

  /// The batch of the next step. Throws what reading it threw.
  Batch next();

 private:
  struct Block {
    std::vector<std::int64_t> counts;  ///< samples of each step
    std::vector<Sample> samples;
    std::vector<float> inputs, targets;
  };

  Block plan_block();
  void start_reading();

  const SampleSet& samples_;
  Plan plan_;
  std::int64_t planned_, end_;
  std::int64_t block_bytes_;
  std::future<Block> reading_;
  Block block_;
  std::size_t step_in_block_ = 0;
  std::int64_t sample_in_block_ = 0;
};

}  // namespace parapet
