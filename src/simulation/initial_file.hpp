#pragma once

#include <vector>

#include "base/communicator.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// With `[initial] kind = "file"` or `[equation.carrier] file`: throws one collective
/// Failure(bad_input) that names the file and what is wrong unless it holds the field, on the run's
/// grid and finite, for every member. The ranks share the reading; nothing is written. Collective.
void require_initial_file(const Communicator& world, const RunSettings& settings);

/// The velocity of `[equation.carrier] file` at a block of cells, an array an axis. Collective.
std::vector<std::vector<double>> velocity_from_file(const Communicator& ranks,
                                                    const RunSettings& settings, const Box& block);

}  // namespace parapet
