#pragma once

#include <span>

#include "base/communicator.hpp"
#include "grid/grid.hpp"

namespace parapet {

/// Moves an array that is divided among ranks into one block each (`from`, x slowest) to another
/// such division (`to`). Blocks may be empty. Collective.
void redistribute(const Communicator& communicator, const Box& from, std::span<const double> values,
                  const Box& to, std::span<double> result);

}  // namespace parapet
