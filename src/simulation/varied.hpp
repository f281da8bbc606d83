#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/input_file.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// Draws the values of all members: value i depends on nothing but `vary`, `name`, the seed and i.
std::vector<double> draw_values(const VarySettings& vary, const std::string& name,
                                std::uint64_t seed, std::int64_t members);

/// Reads every `[ensemble.vary.KEY]` of the file and draws the members' values; what is wrong with
/// them becomes a fault of the file. KEY is a number of [equation], [equation.forcing] or
/// [initial], with its section's name before it (`initial.amplitude`) where two of them have it.
void read_varied(InputFile& file, RunSettings& settings);

}  // namespace parapet
