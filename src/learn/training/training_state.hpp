#pragma once

#include <cstdint>
#include <limits>

#include <ATen/core/Tensor.h>

#include "base/communicator.hpp"

namespace parapet {

class CheckpointStore;

/// Everything a training is between two steps. The order of the samples and the learning rate
/// follow from `step`, the random numbers from seed and epoch; there is nothing else to remember.
struct TrainingState {
  std::int64_t step = 0;             ///< steps taken; tells epoch and position in the epoch
  std::int64_t optimiser_steps = 0;  ///< of AdamW's bias correction
  double loss_sum = 0.0;             ///< loss · samples since the last row of training.csv
  std::int64_t loss_samples = 0;
  double best_validation = std::numeric_limits<double>::infinity();
  std::int64_t best_step = -1;  ///< step after which it was reached; −1: never validated
  double seconds = 0.0;         ///< spent training so far

  at::Tensor parameters, first_moment, second_moment;  ///< flat, float32 or float64
  at::Tensor best_parameters;

  /// By the protocol of the checkpoint store; the ranks share the writing. Collective.
  void write(const Communicator& communicator, CheckpointStore& store,
             std::uint64_t config_hash) const;
  /// Fills the tensors in place from the newest usable checkpoint, whatever the number of ranks
  /// that wrote it. False when there is none at all. Collective.
  bool load(const Communicator& communicator, CheckpointStore& store, std::uint64_t config_hash);
};

}  // namespace parapet
