#pragma once

#include "base/input_file.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// Adds to `file` what is wrong with a process and the density it starts from.
void check_density(InputFile& file, const RunSettings& settings);

}  // namespace parapet
