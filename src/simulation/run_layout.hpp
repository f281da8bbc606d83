#pragma once

#include <filesystem>

#include "base/communicator.hpp"
#include "io/trajectory_layout.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// The layout of the run's trajectory file.
TrajectoryLayout trajectory_layout(const RunSettings& settings);

/// The graph is part of the results, and what a restart goes on with: writes it, with places of its
/// nodes, or in a run that goes on throws Failure(unusable_file) where the file at `path` holds
/// another one. Collective.
void keep_graph(const Communicator& world, const std::filesystem::path& path, const Graph& graph,
                bool is_resumed);

}  // namespace parapet
