#include "methods/particles/systems/member_sums.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/fixed_point_sum.hpp"

namespace parapet {

std::vector<double> sums_of(const Communicator& ranks,
                            const std::vector<std::vector<double>>& rows) {
  std::vector<double> largest(rows.size(), 0.0);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (const double value : rows[r]) {
      // A number that is none is larger than all.
      const double size =
          std::isfinite(value) ? std::abs(value) : std::numeric_limits<double>::infinity();
      largest[r] = std::max(largest[r], size);
    }
  }
  ranks.all_reduce(std::span<double>(largest), Reduction::maximum);
  std::vector<FixedPointSum> sums;
  for (std::size_t r = 0; r < rows.size(); ++r) sums.emplace_back(largest[r]).add(rows[r]);
  FixedPointSum::reduce(ranks, sums);
  std::vector<double> values;
  for (const FixedPointSum& sum : sums) {
    values.push_back(sum.holds() ? sum.value() : std::numeric_limits<double>::quiet_NaN());
  }
  return values;
}

std::vector<double> means_of(const SystemFrame& frame,
                             const std::vector<std::vector<double>>& rows) {
  std::vector<double> values = sums_of(frame.ranks, rows);
  for (double& value : values) value /= static_cast<double>(frame.total);
  return values;
}

}  // namespace parapet
