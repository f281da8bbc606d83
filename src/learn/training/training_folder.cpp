#include "learn/training/training_folder.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/paths.hpp"
#include "learn/evaluation/surrogate.hpp"

namespace parapet {

namespace {

constexpr std::size_t largest_piece = std::size_t{1} << 30;

}  // namespace

TrainingFolder::TrainingFolder(const Communicator& communicator, const TrainingInput& input,
                               const Options& options)
    : communicator_(communicator),
      path_(input.folder()),
      store_(path_, "", {2, largest_piece, options.log, {}}),
      config_hash_(input.hash()),
      steps_between_(input.training.checkpoint_every),
      minutes_between_(input.training.checkpoint_minutes) {
  prepare_folder(communicator_, path_);
  on_root(communicator_, [&] {
    if (options.overwrite && !options.resume) remove_training();
    require(options.resume || store_.list().empty(), ExitCode::bad_input,
            fmt::format("{} holds a training already: continue it with --resume, replace it "
                        "with --overwrite, or choose another folder",
                        path_.string()));
  });
}

void TrainingFolder::remove_training() const {
  std::error_code ignored;
  for (const auto& file : store_.list()) std::filesystem::remove(file, ignored);
  for (const char* name :
       {"model.safetensors", "model.pt", "training.csv", "evaluation.json", "predictions.h5"}) {
    std::filesystem::remove(path_ / name, ignored);
  }
}

bool TrainingFolder::load(TrainingState& state) {
  if (!state.load(communicator_, store_, config_hash_)) return false;
  written_step_ = state.step;
  return true;
}

bool TrainingFolder::is_checkpoint_due(std::int64_t step) const {
  if (steps_between_ > 0 && step % steps_between_ == 0) return true;
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - last_write_;
  return minutes_between_ > 0 && since.count() > 60 * minutes_between_;
}

void TrainingFolder::write(const TrainingState& state) {
  last_write_ = std::chrono::steady_clock::now();
  if (written_step_ == state.step) return;
  state.write(communicator_, store_, config_hash_);
  written_step_ = state.step;
}

void TrainingFolder::save(const Surrogate& surrogate) const {
  on_root(communicator_, [&] {
    surrogate.save(path_ / "model.safetensors");
    surrogate.save_torchscript(path_ / "model.pt");
  });
}

}  // namespace parapet
