#pragma once

#include <string>
#include <vector>

#include "equations/all.hpp"
#include "grid/grid.hpp"

namespace parapet {

/// What is wrong with a process on a grid, and the key of the parameter that says so (empty: no
/// single one).
struct ProcessFault {
  std::string key, message;
};

/// Looks at V, f and D at the points of the grid, of a large one at every n-th, at both times: they
/// are to be finite, D symmetric, not negative, and not too slanted for the cells, W finite and
/// even. At most one fault a key; none of what is no process.
std::vector<ProcessFault> process_faults(const AnyEquation& equation, const Grid& grid,
                                         double begin, double end);

}  // namespace parapet
