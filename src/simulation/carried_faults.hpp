#pragma once

#include "base/input_file.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// Faults of a velocity that carries a density: a file, which is looked at later, or a formula for
/// every axis, finite at a few points of the grid at a few times.
void check_carried(InputFile& file, const RunSettings& settings);

}  // namespace parapet
