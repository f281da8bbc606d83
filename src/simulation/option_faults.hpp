#pragma once

#include "base/input_file.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// Whether neighbouring points of a grid are still different numbers, with digits to spare.
void check_spacing(InputFile& file, const Grid& grid);

/// What only the spectral method reads, or what has nothing to act on, in a run on cells.
void check_unused(InputFile& file, const RunSettings& settings);

/// Whether the method makes the fields that are asked for beside its own.
void check_derived(InputFile& file, const RunSettings& settings);

/// Whether the grid keeps the shortest waves that may be drawn to force it.
void check_forced_waves(InputFile& file, const RunSettings& settings);

}  // namespace parapet
