#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>

namespace parapet {

/// The sets of coefficients used last, by (step size, which linear part). A set has a
/// `memory_bytes()`.
template <class Coefficients>
class CoefficientCache {
 public:
  /// Keeps at least `fewest` sets, and more while they take less than 64 MiB.
  explicit CoefficientCache(std::size_t fewest) : fewest_(fewest) {}

  /// make() computes a set that is not there.
  template <class F>
  std::shared_ptr<const Coefficients> get(double dt, std::size_t linear_part, F&& make) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
      return entry.dt == dt && entry.linear_part == linear_part;
    });
    if (found != entries_.end()) {
      std::rotate(entries_.begin(), found, found + 1);
      return entries_.front().coefficients;
    }
    entries_.push_front({dt, linear_part, std::make_shared<const Coefficients>(make())});
    while (entries_.size() > fewest_ && memory_bytes() > byte_limit) entries_.pop_back();
    return entries_.front().coefficients;
  }

  std::size_t memory_bytes() const {
    std::size_t sum = 0;
    for (const Entry& entry : entries_) sum += entry.coefficients->memory_bytes();
    return sum;
  }

 private:
  static constexpr std::size_t byte_limit = std::size_t{64} << 20;

  struct Entry {
    double dt;
    std::size_t linear_part;
    std::shared_ptr<const Coefficients> coefficients;
  };
  std::size_t fewest_;
  std::deque<Entry> entries_;  ///< most recently used first
};

}  // namespace parapet
