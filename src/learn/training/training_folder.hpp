#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/communicator.hpp"
#include "io/checkpoint.hpp"
#include "learn/training/training_input.hpp"
#include "learn/training/training_state.hpp"

namespace parapet {

class Surrogate;

/// The folder of a training: its checkpoints, when they are due, and the model at the end.
class TrainingFolder {
 public:
  struct Options {
    bool resume = false;
    bool overwrite = false;  ///< without `resume`: a training that is there is removed
    std::function<void(const std::string&)> log;  ///< on rank 0
  };

  /// Collective. Throws a collective Failure: bad_input when the folder holds a training that is
  /// neither to be continued nor replaced, input_output when it cannot be written.
  TrainingFolder(const Communicator& communicator, const TrainingInput& input,
                 const Options& options);

  const std::filesystem::path& path() const { return path_; }

  /// Fills the state from the newest usable checkpoint; false when there is none. Collective.
  bool load(TrainingState& state);

  /// Whether, by number of steps or by time, a checkpoint should follow step `step`.
  bool is_checkpoint_due(std::int64_t step) const;
  /// Collective; does nothing when the newest checkpoint is of this step already.
  void write(const TrainingState& state);

  /// model.safetensors and model.pt; by rank 0. Collective.
  void save(const Surrogate& surrogate) const;

 private:
  void remove_training() const;

  const Communicator& communicator_;
  std::filesystem::path path_;
  CheckpointStore store_;
  std::uint64_t config_hash_;
  std::int64_t steps_between_;
  double minutes_between_;
  std::int64_t written_step_ = -1;
  std::chrono::steady_clock::time_point last_write_ = std::chrono::steady_clock::now();
};

}  // namespace parapet
