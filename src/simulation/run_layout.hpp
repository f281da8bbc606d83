#pragma once

#include <filesystem>

#include "base/communicator.hpp"
#include "io/particle_layout.hpp"
#include "io/trajectory_layout.hpp"
#include "simulation/initial_file.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// The layout of the run's trajectory file.
TrajectoryLayout trajectory_layout(const RunSettings& settings);

/// Of `[particles] every`.
ParticleLayout particle_layout(const RunSettings& settings);

/// The graph is part of the results, and what a restart goes on with: writes it, with places of its
/// nodes, or in a run that goes on throws Failure(unusable_file) where the file at `path` holds
/// another one. Collective.
void keep_graph(const Communicator& world, const std::filesystem::path& path, const Graph& graph,
                bool is_resumed);

/// Keeps the digests of what a run takes from files in a table at `path`. In a run that goes on
/// throws Failure(unusable_file) that names setting and file where one of them holds other values
/// than the table says; what only later members take is added. Collective.
void keep_contents(const Communicator& world, const std::filesystem::path& path,
                   const std::vector<FileContent>& contents, bool is_resumed);

inline constexpr const char* contents_file_name = "files_read.csv";  ///< in a run folder

}  // namespace parapet
