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
  const auto measure = [&](std::int64_t first, std::int64_t count, std::span<float> inputs,
                           std::span<float> targets) {
    const auto prediction =
        surrogate.predict(as_fields(inputs, count, samples, surrogate.is_double()));
    const auto truth = as_fields(targets, count, samples, surrogate.is_double());
    const auto batch = relative_l2_per_sample(prediction, truth).to(at::kDouble).contiguous();
    std::copy_n(batch.data_ptr<double>(), count, errors.begin() + first);
  };
  collectively(communicator, [&] { samples.read_share(communicator, part, batch_size, measure); });
  // Each entry comes from one rank and is zero on the others, so this sum is exact.
  communicator.all_reduce(std::span<double>(errors), Reduction::sum);
  double sum = 0.0;
  for (const double error : errors) sum += error;
  return sum / static_cast<double>(total);
}

}  // namespace parapet
