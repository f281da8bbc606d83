#include "learn/data/step_samples.hpp"

namespace parapet {

std::vector<Sample> StepSamples::share(std::int64_t step) {
  const std::int64_t epoch = step / plan_.steps_per_epoch();
  if (epoch != ordered_epoch_) {
    order_ = epoch_order(plan_.samples, seed_, epoch);
    ordered_epoch_ = epoch;
  }
  const auto share = plan_.share(step % plan_.steps_per_epoch());
  std::vector<Sample> list;
  for (std::int64_t i = share.first; i < share.end; ++i) {
    list.push_back(samples_.sample(Part::train, order_[static_cast<std::size_t>(i)]));
  }
  return list;
}

}  // namespace parapet
