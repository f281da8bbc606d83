#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/communicator.hpp"

namespace parapet {

/// Sum of an array over all ranks, every element added in the order of the ranks: the bits depend
/// on the number of ranks alone, not on how the array is cut into messages, on MPI's algorithm or
/// on timing. Each rank sums one part of the array and then spreads it, so that, as in the best
/// all-reduce, every element crosses the network twice.
///
/// `start` may be called while there is still work to do; `finish` completes it. Several sums may
/// be under way on one communicator if all ranks start and finish them in the same order.
template <class T>
class OrderedSum {
 public:
  explicit OrderedSum(const Communicator& communicator);
  OrderedSum(OrderedSum&&) noexcept;
  ~OrderedSum();

  /// Begins to replace `values` (same length on all ranks, below 2³¹) by its sum over the ranks.
  void start(std::span<T> values);
  void finish();

 private:
  struct Pending;
  const Communicator* communicator_;
  std::span<T> values_;
  std::vector<int> counts_, offsets_;      ///< the part of the array each rank sums
  std::vector<int> arrivals_, positions_;  ///< my part, as it comes from each rank
  std::vector<T> received_;
  std::unique_ptr<Pending> pending_;
};

/// Sum over all ranks at once.
template <class T>
void ordered_sum(const Communicator& communicator, std::span<T> values);

}  // namespace parapet
