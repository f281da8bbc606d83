#include "learn/training/validation.hpp"

#include <algorithm>
#include <vector>

#include <torch/torch.h>

#include "learn/evaluation/surrogate.hpp"
#include "learn/losses.hpp"

namespace parapet {

at::Tensor as_fields(std::span<float> values, std::int64_t count, const SampleSet& samples,
                     bool is_double) {
  std::vector<std::int64_t> shape{count, static_cast<std::int64_t>(samples.channels().size())};
  for (std::size_t a = 0; a < static_cast<std::size_t>(samples.dimensions()); ++a) {
    shape.push_back(samples.points()[a]);
  }
  const auto fields = at::from_blob(values.data(), shape, at::kFloat);
  return is_double ? fields.to(at::kDouble) : fields;
}

double relative_error(const Communicator& communicator, Surrogate& surrogate,
                      const SampleSet& samples, Part part, std::int64_t batch_size) {
  const torch::NoGradGuard no_gradients;
  const std::int64_t total = samples.size(part);
  std::vector<double> errors(static_cast<std::size_t>(total));
  collectively(communicator, [&] {
    const std::int64_t end = total * (communicator.rank() + 1) / communicator.size();
    std::vector<Sample> list;
    std::vector<float> inputs, targets;
    for (std::int64_t first = total * communicator.rank() / communicator.size(); first < end;
         first += batch_size) {
      list.clear();
      for (std::int64_t i = first; i < std::min(end, first + batch_size); ++i) {
        list.push_back(samples.sample(part, i));
      }
      const auto values = list.size() * static_cast<std::size_t>(samples.sample_values());
      inputs.resize(values);
      targets.resize(values);
      samples.read(list, inputs, targets);
      const auto count = static_cast<std::int64_t>(list.size());
      const auto prediction =
          surrogate.predict(as_fields(inputs, count, samples, surrogate.is_double()));
      const auto truth = as_fields(targets, count, samples, surrogate.is_double());
      const auto batch = relative_l2_per_sample(prediction, truth).to(at::kDouble).contiguous();
      std::copy_n(batch.data_ptr<double>(), count, errors.begin() + first);
    }
  });
  // Each entry comes from one rank and is zero on the others, so this sum is exact.
  communicator.all_reduce(std::span<double>(errors), Reduction::sum);
  double sum = 0.0;
  for (const double error : errors) sum += error;
  return sum / static_cast<double>(total);
}

}  // namespace parapet
