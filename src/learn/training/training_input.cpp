#include "learn/training/training_input.hpp"

#include <array>
#include <set>

#include "base/digest.hpp"
#include "base/input_file.hpp"
#include "base/paths.hpp"

namespace parapet {

namespace {

const std::array solver_sections = {"equation", "forcing", "grid",        "initial",
                                    "time",     "output",  "diagnostics", "checkpoint",
                                    "ensemble", "petsc",   "graph"};

// Settings that may change when a training is resumed.
const std::set<std::string> free_settings = {
    "trajectory",         "folder",    "reduction", "checkpoint_every",
    "checkpoint_minutes", "log_every", "keep"};

Section data_section(DataSettings& settings) {
  Section section("data", "what is learnt, and how its members are divided");
  settings.declare(section);
  return section;
}
Section model_section(FnoSettings& settings) {
  Section section("model", "the Fourier neural operator");
  settings.declare(section);
  return section;
}
Section training_section(TrainingSettings& settings) {
  Section section("training", "how the model is trained");
  settings.declare(section);
  return section;
}

void add_text(std::uint64_t& hash, const std::string& text) {
  for (const char c : text) hash = mix_bits(hash + static_cast<unsigned char>(c) + 1);
}

void add_section(std::uint64_t& hash, const Section& section) {
  for (const auto& setting : section.settings) {
    if (free_settings.contains(setting.key)) continue;
    add_text(hash, section.name + '.' + setting.key + '=' + to_toml(setting.target) + '\n');
  }
}

}  // namespace

TrainingInput TrainingInput::read(const Communicator& communicator, InputFile& file) {
  TrainingInput input;
  for (const char* name : solver_sections) file.allow_section(name);
  file.read(data_section(input.data));
  file.read(model_section(input.model));
  file.read(training_section(input.training));
  if (input.data.train == 0 && input.data.train_members.empty()) {
    file.fault("data", "train", "no members to train on: give train or train_members");
  }
  if (input.training.warmup_epochs >= static_cast<double>(input.training.epochs)) {
    file.fault("training", "warmup_epochs", "must be less than epochs");
  }
  if (const auto fault = fault_in_folder_name(input.training.folder);
      fault && !input.training.folder.empty()) {
    file.fault("training", "folder", *fault);
  }
  file.finish(communicator);
  return input;
}

std::filesystem::path TrainingInput::folder() const {
  if (!training.folder.empty()) return training.folder;
  return std::filesystem::path(data.trajectory).parent_path() / "surrogate";
}

std::uint64_t TrainingInput::hash() const {
  auto copy = *this;
  std::uint64_t hash = 0;
  add_section(hash, data_section(copy.data));
  add_section(hash, model_section(copy.model));
  add_section(hash, training_section(copy.training));
  return hash;
}

}  // namespace parapet
