#pragma once

#include "base/communicator.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// With `[initial] kind = "file"`: throws one collective Failure(bad_input) that names the file and
/// what is wrong unless it holds the field, on the run's grid and finite, for every member. The
/// ranks share the reading; nothing is written. Collective.
void require_initial_file(const Communicator& world, const RunSettings& settings);

}  // namespace parapet
