#pragma once

#include "base/communicator.hpp"
#include "base/log.hpp"
#include "simulation/run_folder.hpp"
#include "simulation/run_settings.hpp"
#include "simulation/schedule.hpp"

namespace parapet {

/// What a finished ensemble tells the user, from its files: for each frame a digest of the states
/// of all members, whoever computed them, and how many members blew up. Says nothing of a single
/// run, whose frames were reported when they were written. Only rank 0 does something.
void report_run(const Communicator& world, Log& log, const RunFolder& folder,
                const RunSettings& settings, const Schedule& schedule);

}  // namespace parapet
