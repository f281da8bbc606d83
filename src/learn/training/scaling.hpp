#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "learn/fno_shape.hpp"

namespace parapet {

/// Training speed on one number of ranks.
struct ScalingPoint {
  int ranks = 1;
  double samples_per_second = 0.0;
  std::string reduction;  ///< when gradients were summed
};

/// Speed of whole training steps (forward, relative L2, backward, gradient sum, AdamW) of a Fourier
/// neural operator on random fields, at the same global batch on 1, 2, 4, … ranks and on all of
/// them; the ranks that are not in use wait. About `seconds` for each. Collective.
std::vector<ScalingPoint> measure_scaling(const Communicator& communicator, const FnoShape& shape,
                                          const std::vector<std::int64_t>& grid,
                                          std::int64_t global_batch, double seconds);

std::string scaling_json(const std::vector<ScalingPoint>& points, std::int64_t global_batch);

}  // namespace parapet
