#include "learn/training/trainer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>
#include <variant>

#include <fmt/format.h>
#include <torch/torch.h>

#include "base/digest.hpp"
#include "base/paths.hpp"
#include "io/checkpoint.hpp"
#include "learn/data/batch_loader.hpp"
#include "learn/data/epoch_order.hpp"
#include "learn/data/sample_set.hpp"
#include "learn/evaluation/surrogate.hpp"
#include "learn/losses.hpp"
#include "learn/training/flat_parameters.hpp"
#include "learn/training/gradient_reduction.hpp"
#include "learn/training/optimiser.hpp"
#include "learn/training/reduction_choice.hpp"
#include "learn/training/training_log.hpp"
#include "learn/training/training_state.hpp"
#include "learn/training/validation.hpp"

namespace parapet {

namespace {

using Clock = std::chrono::steady_clock;
using AnyAdamW = std::variant<AdamW<float>, AdamW<double>>;

// What the ranks agree on in the message that sums the gradients.
enum Extra : std::int64_t { loss, stop_wish, checkpoint_wish, extras };

template <class T>
std::span<T> span_of(at::Tensor& tensor) {
  return {tensor.data_ptr<T>(), static_cast<std::size_t>(tensor.numel())};
}

SurrogateTask task_of(const SampleSet& samples) {
  SurrogateTask task;
  task.channels = samples.channels();
  task.is_operator = samples.is_operator_task();
  const auto sample = samples.sample(Part::train, 0);
  task.input_time = samples.time(sample.input_frame);
  task.target_time = samples.time(sample.target_frame);
  task.points = samples.points();
  task.length = samples.length();
  return task;
}

Surrogate make_surrogate(const Communicator& communicator, const TrainingInput& input,
                         const SampleSet& samples) {
  const auto channels = static_cast<std::int64_t>(samples.channels().size());
  auto normalisation = input.data.normalisation == "none"
                           ? Normalisation::none(samples.channels().size())
                           : Normalisation::of_training_set(communicator, samples);
  std::shared_ptr<Fno> network;
  collectively(communicator, [&] {
    const auto shape = FnoShape::from(input.model, samples.dimensions(), channels, channels);
    network = std::make_shared<Fno>(shape, static_cast<std::uint64_t>(input.model.seed),
                                    input.training.is_double() ? torch::kDouble : torch::kFloat);
  });
  return {task_of(samples), std::move(normalisation), std::move(network)};
}

AnyAdamW make_optimiser(const TrainingSettings& settings, std::int64_t count) {
  const auto size = static_cast<std::size_t>(count);
  if (settings.is_double()) {
    return AdamW<double>(size, {settings.beta1, settings.beta2, 1e-8, settings.weight_decay});
  }
  return AdamW<float>(size, {settings.beta1, settings.beta2, 1e-8, settings.weight_decay});
}

}  // namespace

class Trainer::Implementation {
 public:
  Implementation(const Communicator& communicator, const TrainingInput& input, Options options)
      : communicator_(communicator.duplicate()),
        input_(input),
        settings_(input_.training),
        options_(std::move(options)),
        samples_(communicator_, input_.data),
        surrogate_(make_surrogate(communicator_, input_, samples_)),
        parameters_(surrogate_.network(), extras),
        reduction_(communicator_, parameters_),
        optimiser_(make_optimiser(settings_, parameters_.size())),
        plan_{samples_.size(Part::train), settings_.batch_size, communicator_.rank(),
              communicator_.size()},
        schedule_(settings_.make_schedule(plan_.steps_per_epoch())),
        store_(input_.folder(), "", {2, std::size_t{1} << 30, options_.log, {}}),
        config_hash_(input_.hash()) {
    prepare();
    connect_state();
    if (options_.resume && state_.load(communicator_, store_, config_hash_)) {
      std::visit([&](auto& adam) { adam.set_step_count(state_.optimiser_steps); }, optimiser_);
      log(fmt::format("continues after step {} of {}", state_.step, schedule_.total_steps));
    }
    log_data();
  }

  ExitCode run() {
    on_root(communicator_, [&] { table_.emplace(input_.folder() / "training.csv", state_.step); });
    last_checkpoint_ = started_ = Clock::now();
    seconds_before_ = state_.seconds;
    checkpointed_step_ = state_.step;
    ReductionChoice choice(communicator_, reduction_, settings_.reduction);
    BatchLoader loader(
        samples_, [this](std::int64_t step) { return share_of(step); }, state_.step,
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

  std::uint64_t parameter_digest() {
    Digest digest;
    const auto values = parameters_.values().to(at::kDouble);
    for (std::int64_t i = 0; i < values.numel(); ++i) {
      digest.add(values.data_ptr<double>()[i], static_cast<std::uint64_t>(i));
    }
    return digest.value();
  }

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

  void prepare() {
    prepare_folder(communicator_, input_.folder());
    on_root(communicator_, [&] {
      if (options_.overwrite && !options_.resume) remove_training();
      require(options_.resume || store_.list().empty(), ExitCode::bad_input,
              fmt::format("{} holds a training already: continue it with --resume, replace it "
                          "with --overwrite, or choose another folder",
                          input_.folder().string()));
    });
  }

  void remove_training() const {
    std::error_code ignored;
    for (const auto& file : store_.list()) std::filesystem::remove(file, ignored);
    for (const char* name :
         {"model.safetensors", "model.pt", "training.csv", "evaluation.json", "predictions.h5"}) {
      std::filesystem::remove(input_.folder() / name, ignored);
    }
  }

  // The state's tensors are the parameters and the optimiser's moments themselves.
  void connect_state() {
    state_.parameters = parameters_.values().detach();
    state_.best_parameters = state_.parameters.clone();
    std::visit(
        [&]<class T>(AdamW<T>& adam) {
          const auto wrap = [&](std::span<T> values) {
            return at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())},
                                 state_.parameters.scalar_type());
          };
          state_.first_moment = wrap(adam.first_moment());
          state_.second_moment = wrap(adam.second_moment());
        },
        optimiser_);
  }

  std::vector<Sample> share_of(std::int64_t step) {
    const std::int64_t epoch = step / plan_.steps_per_epoch();
    if (epoch != ordered_epoch_) {
      order_ = epoch_order(plan_.samples, static_cast<std::uint64_t>(settings_.seed), epoch);
      ordered_epoch_ = epoch;
    }
    const auto share = plan_.share(step % plan_.steps_per_epoch());
    std::vector<Sample> list;
    for (std::int64_t i = share.first; i < share.end; ++i) {
      list.push_back(samples_.sample(Part::train, order_[static_cast<std::size_t>(i)]));
    }
    return list;
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
    tail[Extra::loss] = share_loss;
    tail[Extra::stop_wish] = wants_stop ? 1.0 : 0.0;
    tail[Extra::checkpoint_wish] = communicator_.is_root() && is_checkpoint_due() ? 1.0 : 0.0;
  }

  bool is_checkpoint_due() const {
    if (settings_.checkpoint_every > 0 && (state_.step + 1) % settings_.checkpoint_every == 0) {
      return true;
    }
    const std::chrono::duration<double> since = Clock::now() - last_checkpoint_;
    return settings_.checkpoint_minutes > 0 && since.count() > 60 * settings_.checkpoint_minutes;
  }

  Wishes take_step() {
    const auto tail =
        parameters_.gradients().narrow(0, parameters_.size(), extras).to(at::kDouble).contiguous();
    const double* agreed = tail.data_ptr<double>();
    StepReport report;
    report.step = state_.step + 1;
    report.loss = agreed[Extra::loss];
    report.learning_rate = schedule_.rate(state_.step);
    report.gradient_norm = update(report);
    state_.loss_sum += report.loss * static_cast<double>(samples_in_batch());
    state_.loss_samples += samples_in_batch();
    ++state_.step;
    ++state_.optimiser_steps;
    const std::chrono::duration<double> since = Clock::now() - started_;
    state_.seconds = seconds_before_ + since.count();
    if (options_.on_step) options_.on_step(report);
    return {agreed[Extra::stop_wish] > 0.0, agreed[Extra::checkpoint_wish] > 0.0};
  }

  // Every rank holds the same sums, so every rank fails or goes on alike.
  double update(const StepReport& report) {
    return std::visit(
        [&]<class T>(AdamW<T>& adam) {
          const auto gradient = span_of<T>(parameters_.gradients())
                                    .first(static_cast<std::size_t>(parameters_.size()));
          const double length = norm(std::span<const T>(gradient));
          if (!std::isfinite(report.loss) || !std::isfinite(length)) {
            throw Failure(ExitCode::blew_up,
                          fmt::format("training blew up in step {}: loss {}, norm of the gradient "
                                      "{}; a smaller learning rate may help",
                                      report.step, report.loss, length),
                          true);
          }
          const double scale =
              settings_.clip > 0 && length > settings_.clip ? settings_.clip / length : 1.0;
          adam.step(span_of<T>(parameters_.values()), gradient, report.learning_rate, scale);
          return length;
        },
        optimiser_);
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
    if (is_epoch_end) log_epoch(row);
  }

  void log_epoch(const TrainingRow& row) const {
    log(fmt::format(
        "epoch {} of {}: loss {:.4e}{}, {:.1f} s", row.epoch, settings_.epochs, row.loss,
        row.validation ? fmt::format(", validation {:.4e}", *row.validation) : "", row.seconds));
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
    last_checkpoint_ = Clock::now();
    if (checkpointed_step_ == state_.step && !store_.list().empty()) return;
    require_same_parameters();
    const auto guard = samples_.hold_reads();
    state_.write(communicator_, store_, config_hash_);
    checkpointed_step_ = state_.step;
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
    on_root(communicator_, [&] {
      surrogate_.save(input_.folder() / "model.safetensors");
      surrogate_.save_torchscript(input_.folder() / "model.pt");
    });
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
  AnyAdamW optimiser_;
  BatchPlan plan_;
  Schedule schedule_;
  CheckpointStore store_;
  std::uint64_t config_hash_;
  TrainingState state_;
  std::optional<TrainingLog> table_;
  std::vector<std::int64_t> order_;
  std::int64_t ordered_epoch_ = -1;
  std::int64_t checkpointed_step_ = -1;
  double seconds_before_ = 0.0;
  Clock::time_point started_, last_checkpoint_;
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
