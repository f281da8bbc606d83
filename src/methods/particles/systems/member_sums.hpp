#pragma once

#include <vector>

#include "methods/particles/systems/system_dynamics.hpp"

namespace parapet {

/// The mean over all particles of each of some numbers that this rank's have, rounded to 2⁻⁵⁰ of
/// the largest: the same bits on any number of ranks. Collective.
std::vector<double> means_of(const SystemFrame& frame,
                             const std::vector<std::vector<double>>& rows);

/// The sums likewise.
std::vector<double> sums_of(const Communicator& ranks,
                            const std::vector<std::vector<double>>& rows);

}  // namespace parapet
