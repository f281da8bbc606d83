#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/communicator.hpp"
#include "base/failure.hpp"
#include "learn/training/training_input.hpp"

namespace parapet {

class SampleSet;
class Surrogate;

/// What one step did; the same on every rank.
struct StepReport {
  std::int64_t step = 0;  ///< steps taken, this one included
  double loss = 0.0;      ///< mean relative L2 error of the global batch before the step
  double gradient_norm = 0.0;
  double learning_rate = 0.0;
};

/// What is known at the end of an epoch.
struct EpochReport {
  std::int64_t epoch = 0;            ///< epochs completed, this one included
  std::int64_t epochs = 0;           ///< of the whole training
  double loss = 0.0;                 ///< mean over the samples since the row of training.csv before
  std::optional<double> validation;  ///< relative L2 error of the validation set, when measured
  double seconds = 0.0;              ///< spent training so far, by earlier runs too
};

/// Trains a surrogate on a trajectory, data-parallel over the ranks of a communicator: each batch
/// is divided among them, the gradients are summed, and every rank takes the same step. The result
/// depends on the number of ranks by rounding only.
///
/// The folder receives `training.csv`, `checkpoint-*.h5`, and at the end `model.safetensors` and
/// `model.pt`: the parameters with the best validation, or the last ones where there is no
/// validation set or `keep = "last"`.
class Trainer {
 public:
  struct Options {
    bool resume = false;
    bool overwrite = false;  ///< a training that is in the folder is removed
    /// Asked on every rank after every step; true on any of them ends the training.
    std::function<bool()> is_stop_requested;
    std::function<void(const StepReport&)> on_step;    ///< on every rank
    std::function<void(const EpochReport&)> on_epoch;  ///< on rank 0
    std::function<void(const std::string&)> log;       ///< on rank 0
  };

  /// Reads what is needed of the data, builds the model and, if asked to, continues from the newest
  /// checkpoint. Collective; throws collective Failures.
  Trainer(const Communicator& communicator, const TrainingInput& input, Options options);
  ~Trainer();

  /// Trains until the last epoch (done) or a request (resumable), leaving a checkpoint in either
  /// case. Collective. Throws a collective Failure(blew_up) when the loss or the gradient is not
  /// finite; the checkpoints stay as they were.
  ExitCode run();

  /// The model with its present parameters.
  Surrogate& surrogate();
  const SampleSet& samples() const;
  /// Digest of the present parameters: equal bits, equal digest.
  std::uint64_t parameter_digest();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace parapet
