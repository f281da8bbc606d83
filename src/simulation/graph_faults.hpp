#pragma once

#include "simulation/run_settings.hpp"

namespace parapet {

/// What a run on a graph cannot have.
void check_graph(InputFile& file, const RunSettings& settings);

/// What is worth knowing of its graph.
void add_graph_notes(RunSettings& settings);

}  // namespace parapet
