#pragma once

#include <string>

#include "base/communicator.hpp"
#include "simulation/forecast.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// What a run would do on `machine`: how grid and members are divided, memory, bytes written, and
/// the time it would take, estimated from steps measured now on the ranks at hand, on a smaller
/// grid where the real one is large. Collective.
std::string check_report(const Communicator& world, const RunSettings& settings,
                         const Machine& machine);

}  // namespace parapet
