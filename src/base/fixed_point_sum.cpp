#include "base/fixed_point_sum.hpp"

#include <vector>

namespace parapet {

void FixedPointSum::reduce(const Communicator& communicator, std::span<FixedPointSum> sums) {
  std::vector<std::int64_t> parts, largest;
  for (const FixedPointSum& sum : sums) {
    parts.push_back(static_cast<std::int64_t>(sum.sum_ & 0xffffffff));
    parts.push_back(static_cast<std::int64_t>(sum.sum_ >> 32));
    largest.push_back(sum.largest_);
  }
  communicator.all_reduce(std::span<std::int64_t>(parts), Reduction::sum);
  communicator.all_reduce(std::span<std::int64_t>(largest), Reduction::maximum);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sums[i].sum_ = Wide{parts[2 * i + 1]} * (Wide{1} << 32) + parts[2 * i];
    sums[i].largest_ = largest[i];
  }
}

}  // namespace parapet
