#include "learn/training/trainer.hpp"

#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <torch/torch.h>

#include "learn/data/batch_loader.hpp"
#include "learn/data/step_samples.hpp"
#include "learn/evaluation/surrogate.hpp"
#include "learn/losses.hpp"
#include "learn/training/flat_parameters.hpp"
#include "learn/training/gradient_reduction.hpp"
#include "learn/training/parameter_update.hpp"
#include "learn/training/reduction_choice.hpp"
#include "learn/training/training_folder.hpp"
#include "learn/training/training_log.hpp"
#include "learn/training/untrained_surrogate.hpp"
#include "learn/training/validation.hpp"

namespace parapet {

namespace {

using Clock = std::chrono::steady_clock;

// What the ranks agree on in the message that sums the gradients.
enum Extra : std::int64_t { loss, stop_wish, checkpoint_wish, extras };

}  // namespace

class Trainer::Implementation {
 public:
  Implementation(const Communicator& communicator, const TrainingInput& input, Options options)
      : communicator_(communicator.duplicate()),
        input_(input),
        settings_(input_.training),
        options_(std::move(options)),
        samples_(communicator_, input_.data),
        surrogate_(untrained_surrogate(communicator_, input_, samples_)),
        parameters_(surrogate_.network(), extras),
        reduction_(communicator_, parameters_),
        update_(parameters_, settings_),
        plan_{samples_.size(Part::train), settings_.batch_size, communicator_.rank(),
              communicator_.size()},
        step_samples_(samples_, plan_, static_cast<std::uint64_t>(settings_.seed)),
        schedule_(settings_.make_schedule(plan_.steps_per_epoch())),
        folder_(communicator_, input_, {options_.resume, options_.overwrite, options_.log}) {
    update_.connect(state_);
    if (options_.resume && folder_.load(state_)) {
      update_.resume(state_);
      log(fmt::format("continues after step {} of {}", state_.step, schedule_.total_steps));
    }
    log_data();
  }

  ExitCode run() {
    on_root(communicator_, [&] { table_.emplace(folder_.path() / "training.csv", state_.step); });
    started_ = Clock::now();
    seconds_before_ = state_.seconds;
    ReductionChoice choice(communicator_, reduction_, settings_.reduction);
    BatchLoader loader(
        samples_, [this](std::int64_t step) { return step_samples_.share(step); }, state_.step,
        schedule_.total_steps);
    while (state_.step < schedule_.total_steps) {
      const bool was_settled = choice.is_settled();
      compute_gradients(loader.next(), choice);
      if (!was_settled && choice.is_settled()) log(choice.description());
      const auto wishes = take_step();
      finish_step();
      const bool must_stop = wishes.stop && state_.step < schedule_.total_steps;
      if (must_stop || wishes.checkpoint) write_checkpoint();
      if (must_stop) {
        log(fmt::format("stopped on request after step {}", state_.step));
        return ExitCode::resumable;
      }
    }
    write_checkpoint();
    export_model();
    return ExitCode::done;
  }

  Surrogate& surrogate() { return surrogate_; }
  const SampleSet& samples() const { return samples_; }

  std::uint64_t parameter_digest() const { return parameters_.digest(); }

 private:
  struct Wishes {
    bool stop, checkpoint;
  };

  void log(const std::string& message) const {
    if (communicator_.is_root() && options_.log) options_.log(message);
  }

  void log_data() const {
    log(samples_.summary());
    log(fmt::format(
        "{} training, {} validation samples of {} channel(s), {} parameters, {} steps "
        "an epoch, {} rank(s)",
        samples_.size(Part::train), samples_.size(Part::validation), samples_.channels().size(),
        parameters_.size(), plan_.steps_per_epoch(), communicator_.size()));
  }

  std::int64_t samples_in_batch() const {
    return plan_.batch(state_.step % plan_.steps_per_epoch()).size();
  }

  void compute_gradients(const BatchLoader::Batch& batch, ReductionChoice& choice) {
    parameters_.zero_gradients();
    choice.begin_step();
    reduction_.begin();
    double share_loss = 0.0;
    if (batch.count > 0) {
      const auto inputs = as_fields(batch.inputs, batch.count, samples_, settings_.is_double());
      const auto targets = as_fields(batch.targets, batch.count, samples_, settings_.is_double());
      const auto sum = relative_l2_per_sample(surrogate_.predict(inputs), targets).sum() /
                       static_cast<double>(samples_in_batch());
      share_loss = sum.item<double>();
      sum.backward();
    }
    set_extras(share_loss);
    reduction_.finish();
    choice.end_step();
  }

  void set_extras(double share_loss) {
    auto tail = parameters_.gradients().narrow(0, parameters_.size(), extras);
    const bool wants_stop = options_.is_stop_requested && options_.is_stop_requested();
    const bool is_checkpoint_due = folder_.is_checkpoint_due(state_.step + 1);
    tail[Extra::loss] = share_loss;
    tail[Extra::stop_wish] = wants_stop ? 1.0 : 0.0;
    tail[Extra::checkpoint_wish] = communicator_.is_root() && is_checkpoint_due ? 1.0 : 0.0;
  }

  Wishes take_step() {
    const auto tail =
        parameters_.gradients().narrow(0, parameters_.size(), extras).to(at::kDouble).contiguous();
    const double* agreed = tail.data_ptr<double>();
    StepReport report;
    report.step = state_.step + 1;
    report.loss = agreed[Extra::loss];
    report.learning_rate = schedule_.rate(state_.step);
    report.gradient_norm = update_.step(report.step, report.loss, report.learning_rate);
    state_.loss_sum += report.loss * static_cast<double>(samples_in_batch());
    state_.loss_samples += samples_in_batch();
    ++state_.step;
    ++state_.optimiser_steps;
    const std::chrono::duration<double> since = Clock::now() - started_;
    state_.seconds = seconds_before_ + since.count();
    if (options_.on_step) options_.on_step(report);
    return {agreed[Extra::stop_wish] > 0.0, agreed[Extra::checkpoint_wish] > 0.0};
  }

  // After the parameters have changed: validation at the end of an epoch, and the table.
  void finish_step() {
    const std::int64_t steps = plan_.steps_per_epoch();
    const bool is_epoch_end = state_.step % steps == 0;
    const std::int64_t epoch = state_.step / steps;
    std::optional<double> error;
    if (is_epoch_end && samples_.size(Part::validation) > 0 &&
        (epoch % settings_.validate_every == 0 || state_.step == schedule_.total_steps)) {
      error = validate();
    }
    const bool is_row_due = settings_.log_every > 0 && state_.step % settings_.log_every == 0;
    if (!is_epoch_end && !is_row_due) return;
    const TrainingRow row{state_.step,
                          epoch,
                          state_.loss_sum / static_cast<double>(state_.loss_samples),
                          error,
                          schedule_.rate(state_.step - 1),
                          state_.seconds};
    state_.loss_sum = 0.0;
    state_.loss_samples = 0;
    on_root(communicator_, [&] { table_->add(row); });
    if (is_epoch_end && communicator_.is_root() && options_.on_epoch) {
      options_.on_epoch({row.epoch, settings_.epochs, row.loss, row.validation, row.seconds});
    }
  }

  double validate() {
    const double error =
        relative_error(communicator_, surrogate_, samples_, Part::validation, settings_.batch_size);
    if (!std::isfinite(error)) {
      throw Failure(ExitCode::blew_up,
                    fmt::format("the validation error after step {} is {}", state_.step, error),
                    true);
    }
    if (error < state_.best_validation) {
      state_.best_validation = error;
      state_.best_step = state_.step;
      state_.best_parameters.copy_(state_.parameters);
    }
    return error;
  }

  void write_checkpoint() {
    require_same_parameters();
    const auto guard = samples_.hold_reads();
    folder_.write(state_);
  }

  // A rank that drifted apart, through faulty memory or a defect, must not go unnoticed.
  void require_same_parameters() {
    const auto digest = parameter_digest();
    if (communicator_.all_reduce(digest, Reduction::minimum) !=
        communicator_.all_reduce(digest, Reduction::maximum)) {
      throw Failure(ExitCode::internal_error,
                    fmt::format("after step {} the ranks hold different parameters", state_.step),
                    true);
    }
  }

  void export_model() {
    const bool takes_best = settings_.keep == "best" && state_.best_step >= 0;
    if (takes_best) state_.parameters.copy_(state_.best_parameters);
    folder_.save(surrogate_);
    log(takes_best ? fmt::format("model of step {}, validation error {:.4e}", state_.best_step,
                                 state_.best_validation)
                   : fmt::format("model of step {}", state_.step));
  }

  Communicator communicator_;
  TrainingInput input_;
  const TrainingSettings& settings_;
  Options options_;
  SampleSet samples_;
  Surrogate surrogate_;
  FlatParameters parameters_;
  GradientReduction reduction_;
  ParameterUpdate update_;
  BatchPlan plan_;
  StepSamples step_samples_;
  Schedule schedule_;
  TrainingFolder folder_;
  TrainingState state_;
  std::optional<TrainingLog> table_;
  double seconds_before_ = 0.0;
  Clock::time_point started_;
};

Trainer::Trainer(const Communicator& communicator, const TrainingInput& input, Options options)
    : implementation_(std::make_unique<Implementation>(communicator, input, std::move(options))) {}
Trainer::~Trainer() = default;
ExitCode Trainer::run() {
  return implementation_->run();
}
Surrogate& Trainer::surrogate() {
  return implementation_->surrogate();
}
const SampleSet& Trainer::samples() const {
  return implementation_->samples();
}
std::uint64_t Trainer::parameter_digest() {
  return implementation_->parameter_digest();
}

}  // namespace parapet
