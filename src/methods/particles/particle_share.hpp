#pragma once

#include <algorithm>
#include <cstdint>

#include "base/communicator.hpp"

namespace parapet {

/// What a rank has of N particles that are divided by number.
struct ParticleShare {
  std::int64_t first = 0, count = 0;

  ParticleShare(std::int64_t all, const Communicator& ranks) {
    const std::int64_t rank = ranks.rank(), size = ranks.size();
    // Whole pairs, which share their noise.
    const auto begin = [&](std::int64_t r) { return std::min(all, (all / 2 * r / size) * 2); };
    first = begin(rank);
    count = (rank + 1 == size ? all : begin(rank + 1)) - first;
  }
};

}  // namespace parapet
