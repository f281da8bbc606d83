#pragma once

#include <cstdint>
#include <vector>

#include "base/communicator.hpp"
#include "base/log.hpp"
#include "simulation/run_folder.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// How a run goes on from what its folder holds.
struct Continuation {
  bool is_resumed = false;       ///< there is a trajectory to continue
  bool had_checkpoints = false;  ///< the part of the run before this one kept them
  /// When the frames are: as the settings say in a new run, from the restart on in a continued one.
  std::vector<double> frame_times;
  bool needs_new_layout = false;         ///< the trajectory has other frames or members
  std::vector<std::int64_t> finished{};  ///< members that stay as they are then; on rank 0 only
};

/// Compares the settings with those of the run in the folder. A restart may raise `[time] end`, add
/// members, and in a run of one member change the frames from here on; the frames that are there
/// stay as they are. Throws a collective Failure(unusable_file) that names every change beyond
/// that, with old and new value. Collective.
Continuation plan_continuation(const Communicator& world, const RunFolder& folder, FolderUse use,
                               const RunSettings& settings, Log& log);

}  // namespace parapet
