#include "learn/training/training_state.hpp"

#include <array>
#include <map>
#include <string>
#include <utility>
#include <variant>

#include <ATen/ATen.h>

#include "base/failure.hpp"
#include "io/checkpoint.hpp"

namespace parapet {

namespace {

constexpr const char* model_name = "surrogate-training";

template <class State>
auto arrays_of(State& state) {
  return std::array<std::pair<std::string, decltype(&state.parameters)>, 4>{
      {{"parameters", &state.parameters},
       {"first_moment", &state.first_moment},
       {"second_moment", &state.second_moment},
       {"best_parameters", &state.best_parameters}}};
}

template <class T>
T attribute(const LoadedCheckpoint& loaded, const std::string& name) {
  const auto found = loaded.attributes.find(name);
  const T* value = found == loaded.attributes.end() ? nullptr : std::get_if<T>(&found->second);
  if (value == nullptr) {
    throw Failure(ExitCode::unusable_file,
                  loaded.path.string() + ": attribute " + name + " is missing", true);
  }
  return *value;
}

}  // namespace

void TrainingState::write(const Communicator& communicator, CheckpointStore& store,
                          std::uint64_t config_hash) const {
  CheckpointContent content;
  content.model = model_name;
  content.config_hash = config_hash;
  content.step = step;
  content.time = seconds;
  content.attributes = {{"optimiser_steps", optimiser_steps},
                        {"loss_sum", loss_sum},
                        {"loss_samples", loss_samples},
                        {"best_validation", best_step < 0 ? 0.0 : best_validation},
                        {"best_step", best_step}};
  const std::int64_t count = parameters.numel();
  const std::int64_t first = count * communicator.rank() / communicator.size();
  const std::int64_t length = count * (communicator.rank() + 1) / communicator.size() - first;
  std::array<at::Tensor, 4> blocks;  // doubles hold floats exactly
  std::size_t next = 0;
  for (const auto& [name, tensor] : arrays_of(*this)) {
    auto& block = blocks[next++];
    block = tensor->narrow(0, first, length).to(at::kDouble).contiguous();
    CheckpointArray array;
    array.shape = {count, 1, 1};
    array.block = {{first, 0, 0}, {length, 1, 1}};
    array.values = {block.data_ptr<double>(), static_cast<std::size_t>(length)};
    content.arrays[name] = array;
  }
  store.write(communicator, content);
}

bool TrainingState::load(const Communicator& communicator, CheckpointStore& store,
                         std::uint64_t config_hash) {
  const std::int64_t count = parameters.numel();
  CheckpointExpectation expected{model_name, config_hash, {}};
  for (const auto& item : arrays_of(*this)) {
    expected.arrays[item.first] = {{count, 1, 1}, {{0, 0, 0}, {count, 1, 1}}};
  }
  const auto loaded = store.load(communicator, expected);
  if (!loaded) return false;
  for (const auto& [name, tensor] : arrays_of(*this)) {
    const auto& values = loaded->arrays.at(name);
    tensor->copy_(at::from_blob(const_cast<double*>(values.data()), {count}, at::kDouble));
  }
  step = loaded->step;
  seconds = loaded->time;
  optimiser_steps = attribute<std::int64_t>(*loaded, "optimiser_steps");
  loss_sum = attribute<double>(*loaded, "loss_sum");
  loss_samples = attribute<std::int64_t>(*loaded, "loss_samples");
  best_step = attribute<std::int64_t>(*loaded, "best_step");
  best_validation = best_step < 0 ? std::numeric_limits<double>::infinity()
                                  : attribute<double>(*loaded, "best_validation");
  return true;
}

}  // namespace parapet
