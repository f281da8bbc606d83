#pragma once

#include <cstdint>
#include <vector>

namespace parapet {

/// The order in which an epoch visits `count` samples: a permutation of 0 … count−1 drawn uniformly
/// (Fisher–Yates) from a Philox stream keyed by seed and epoch. The same on every rank, and for a
/// run that was resumed.
std::vector<std::int64_t> epoch_order(std::int64_t count, std::uint64_t seed, std::int64_t epoch);

/// A division of the samples of an epoch into batches, and of each batch among ranks.
struct BatchPlan {
  std::int64_t samples = 0;     ///< in one epoch
  std::int64_t batch_size = 1;  ///< over all ranks; the last batch of an epoch may be smaller
  int rank = 0, ranks = 1;

  std::int64_t steps_per_epoch() const { return (samples + batch_size - 1) / batch_size; }

  struct Range {
    std::int64_t first = 0, end = 0;
    std::int64_t size() const { return end - first; }
  };
  /// Positions in the epoch's order that make up batch `step`.
  Range batch(std::int64_t step) const;
  /// This rank's share of them: sizes differ by one at most; empty when ranks outnumber samples.
  Range share(std::int64_t step) const;
};

}  // namespace parapet
