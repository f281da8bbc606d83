#include "learn/training/scaling.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <torch/torch.h>

#include "base/timer.hpp"
#include "learn/data/epoch_order.hpp"
#include "learn/fno.hpp"
#include "learn/losses.hpp"
#include "learn/training/flat_parameters.hpp"
#include "learn/training/gradient_reduction.hpp"
#include "learn/training/optimiser.hpp"
#include "learn/training/reduction_choice.hpp"

namespace parapet {

namespace {

/// A training step on fields that are there already.
class Stepper {
 public:
  Stepper(const Communicator& communicator, const FnoShape& shape,
          const std::vector<std::int64_t>& grid, std::int64_t global_batch)
      : global_batch_(global_batch),
        network_(shape, 0),
        parameters_(network_, 1),
        reduction_(communicator, parameters_),
        choice_(communicator, reduction_, "fastest"),
        adam_(static_cast<std::size_t>(parameters_.size()), {}) {
    const BatchPlan plan{global_batch, global_batch, communicator.rank(), communicator.size()};
    share_ = plan.share(0).size();
    auto sizes = grid;
    sizes.insert(sizes.begin(), {share_, shape.input_channels});
    inputs_ = torch::randn(sizes);
    sizes[1] = shape.output_channels;
    targets_ = torch::randn(sizes);
  }

  void step() {
    parameters_.zero_gradients();
    choice_.begin_step();
    reduction_.begin();
    if (share_ > 0) {
      const auto sum = relative_l2_per_sample(network_.forward(inputs_), targets_).sum();
      (sum / static_cast<double>(global_batch_)).backward();
    }
    reduction_.finish();
    choice_.end_step();
    const auto count = static_cast<std::size_t>(parameters_.size());
    const std::span<const float> gradients(parameters_.gradients().data_ptr<float>(), count);
    const double length = norm(gradients);
    adam_.step({parameters_.values().data_ptr<float>(), count}, gradients, 1e-6,
               1.0 / std::max(1.0, length));
  }

  bool is_settled() const { return choice_.is_settled(); }
  std::string reduction() const { return to_string(reduction_.timing()); }

 private:
  std::int64_t global_batch_, share_ = 0;
  Fno network_;
  FlatParameters parameters_;
  GradientReduction reduction_;
  ReductionChoice choice_;
  AdamW<float> adam_;
  torch::Tensor inputs_, targets_;
};

ScalingPoint measure(const Communicator& group, const FnoShape& shape,
                     const std::vector<std::int64_t>& grid, std::int64_t batch, double seconds) {
  Stepper stepper(group, shape, grid, batch);
  for (int i = 0; i < 5 || !stepper.is_settled(); ++i) stepper.step();
  const auto run = [&](std::int64_t steps) {
    group.barrier();
    const Timer timer;
    for (std::int64_t i = 0; i < steps; ++i) stepper.step();
    return group.all_reduce(timer.seconds(), Reduction::maximum);
  };
  const double once = run(3) / 3.0;
  const auto steps = std::max<std::int64_t>(3, static_cast<std::int64_t>(seconds / (3 * once)));
  double best = run(steps);
  for (int i = 0; i < 2; ++i) best = std::min(best, run(steps));
  return {group.size(), static_cast<double>(steps * batch) / best, stepper.reduction()};
}

}  // namespace

std::vector<ScalingPoint> measure_scaling(const Communicator& communicator, const FnoShape& shape,
                                          const std::vector<std::int64_t>& grid,
                                          std::int64_t global_batch, double seconds) {
  std::vector<ScalingPoint> points;
  for (int ranks = 1;; ranks = std::min(2 * ranks, communicator.size())) {
    const bool is_used = communicator.rank() < ranks;
    const auto group = communicator.split(is_used ? 0 : 1);
    if (is_used) points.push_back(measure(group, shape, grid, global_batch, seconds));
    communicator.barrier();
    if (ranks == communicator.size()) return points;
  }
}

std::string scaling_json(const std::vector<ScalingPoint>& points, std::int64_t global_batch) {
  std::string json = fmt::format("{{\"global_batch\": {}, \"points\": [", global_batch);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& point = points[i];
    json += fmt::format(
        "{}\n  {{\"ranks\": {}, \"samples_per_second\": {:.1f}, \"speedup\": {:.3f}, "
        "\"gradients_summed\": \"{}\"}}",
        i == 0 ? "" : ",", point.ranks, point.samples_per_second,
        point.samples_per_second / points.front().samples_per_second, point.reduction);
  }
  return json + "\n]}";
}

}  // namespace parapet
