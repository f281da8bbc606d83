#pragma once

#include <string>
#include <vector>

#include "simulation/run_settings.hpp"

namespace parapet {

/// `parapet analyse turing INPUT`: the uniform steady state, the band of wavenumbers that grow
/// about it, and the growth rate of each that the grid holds; as a table or as JSON. Newton's
/// method starts at `near`, or where it is empty at the input's base + scale · mean. Throws
/// Failure(bad_input) for an equation without reaction, a `near` of the wrong length and where no
/// steady state is found.
std::string turing_report(const RunSettings& settings, const std::vector<double>& near,
                          bool is_json);

}  // namespace parapet
