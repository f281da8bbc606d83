#pragma once

#include "base/input_file.hpp"
#include "simulation/forecast.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// Faults that concern several settings at once, and values that only make sense together, for a
/// run on `machine`.
void find_faults(InputFile& file, RunSettings& settings, const Machine& machine);

}  // namespace parapet
