#include "learn/data/epoch_order.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/random.hpp"

namespace parapet {

std::vector<std::int64_t> epoch_order(std::int64_t count, std::uint64_t seed, std::int64_t epoch) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  const RandomStream draws(seed, Purpose::shuffle);
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[draws.integer(i, i, static_cast<std::uint32_t>(epoch))]);
  }
  return order;
}

BatchPlan::Range BatchPlan::batch(std::int64_t step) const {
  return {step * batch_size, std::min((step + 1) * batch_size, samples)};
}

BatchPlan::Range BatchPlan::share(std::int64_t step) const {
  const auto whole = batch(step);
  const auto cut = [&](int r) { return whole.first + whole.size() * r / ranks; };
  return {cut(rank), cut(rank + 1)};
}

}  // namespace parapet
