#pragma once

#include <filesystem>
#include <optional>

#include "base/communicator.hpp"
#include "base/failure.hpp"
#include "base/timer.hpp"
#include "simulation/run_folder.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

struct RunOptions {
  FolderUse use = FolderUse::fresh;
  std::filesystem::path folder;        ///< where to write
  std::optional<double> max_walltime;  ///< seconds, counted from `since`
  bool is_quiet = false;
  Timer since;
};

/// Computes every member and writes the run folder. Returns `done`, or `resumable` when the run was
/// asked to end before (the state is saved then). Throws collective Failures: blew_up,
/// input_output, unusable_file. Collective.
ExitCode run(const Communicator& world, const RunSettings& settings, const RunOptions& options);

}  // namespace parapet
