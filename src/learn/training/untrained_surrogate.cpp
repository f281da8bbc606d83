#include "learn/training/untrained_surrogate.hpp"

#include <memory>
#include <utility>

#include <torch/torch.h>

#include "learn/data/sample_set.hpp"

namespace parapet {

namespace {

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

}  // namespace

Surrogate untrained_surrogate(const Communicator& communicator, const TrainingInput& input,
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

}  // namespace parapet
