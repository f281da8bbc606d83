#include "learn/evaluation/member_prediction.hpp"

#include <torch/torch.h>

#include "learn/data/sample_set.hpp"
#include "learn/evaluation/surrogate.hpp"
#include "learn/training/validation.hpp"

namespace parapet {

namespace {

std::vector<double> values_of(const at::Tensor& tensor) {
  const auto values = tensor.to(at::kDouble).contiguous();
  return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
}

// The steps of one member in order, or the single sample of an operator.
std::vector<Sample> samples_of(const SampleSet& samples, std::int64_t member) {
  auto sample = samples.sample(Part::train, 0);
  sample.member = member;
  if (samples.is_operator_task()) return {sample};
  std::vector<Sample> list;
  for (std::int64_t frame = 0; frame + 1 < samples.frames(); ++frame) {
    list.push_back({member, frame, frame + 1});
  }
  return list;
}

at::Tensor roll_out(Surrogate& surrogate, at::Tensor state, std::int64_t steps) {
  std::vector<at::Tensor> frames;
  for (std::int64_t step = 0; step < steps; ++step) {
    state = surrogate.predict(state);
    frames.push_back(state);
  }
  return torch::cat(frames, 0);
}

}  // namespace

PredictionShape prediction_shape(const SampleSet& samples) {
  return {samples.is_operator_task() ? 1 : samples.frames() - 1,
          static_cast<std::int64_t>(samples.channels().size()), samples.dimensions(),
          samples.points(), samples.length()};
}

MemberPrediction::MemberPrediction(Surrogate& surrogate, const SampleSet& samples,
                                   std::int64_t member) {
  const torch::NoGradGuard no_gradients;
  const auto list = samples_of(samples, member);
  const auto values = list.size() * static_cast<std::size_t>(samples.sample_values());
  std::vector<float> inputs(values), targets(values);
  samples.read(list, inputs, targets);
  input_.assign(inputs.begin(), inputs.end());
  truth_.assign(targets.begin(), targets.end());
  const auto count = static_cast<std::int64_t>(list.size());
  const auto fields = as_fields(inputs, count, samples, surrogate.is_double());
  one_step_ = values_of(surrogate.predict(fields));
  if (samples.is_operator_task()) return;
  rollout_ = values_of(roll_out(surrogate, fields.narrow(0, 0, 1), count));
}

}  // namespace parapet
