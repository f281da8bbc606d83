#pragma once

#include <cstdint>
#include <string>

#include "learn/training/schedule.hpp"

namespace parapet {

class Section;

/// `[training]`: how long, how fast and in which precision a model is trained.
struct TrainingSettings {
  std::string folder;  ///< where the model goes; empty: `surrogate` beside the trajectory
  std::int64_t epochs = 100;
  std::int64_t batch_size = 20;  ///< samples a step, over all ranks
  double learning_rate = 1e-3;
  double weight_decay = 1e-4;
  double warmup_epochs = 0.0;
  std::string schedule = "cosine";
  double final_fraction = 0.0;
  double clip = 1.0;  ///< 0: no clipping
  double beta1 = 0.9, beta2 = 0.999;
  std::int64_t seed = 0;
  std::string precision = "float32";
  std::string reduction = "fastest";
  std::int64_t validate_every = 1;    ///< epochs
  std::int64_t checkpoint_every = 0;  ///< steps; 0: only by time and at the end of the run
  double checkpoint_minutes = 10.0;
  std::string keep = "best";
  std::int64_t log_every = 0;  ///< steps; 0: once an epoch

  void declare(Section& section);
  bool is_double() const { return precision == "float64"; }
  Schedule make_schedule(std::int64_t steps_per_epoch) const;
};

}  // namespace parapet
