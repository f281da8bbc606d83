#pragma once

#include <filesystem>

#include "grid/graph.hpp"

namespace parapet {

/// A graph as HDF5: `edges` [E][2], integers; `weights` [E], floating point, 1 where it is absent;
/// `positions` [N][1 to 3], floating point, if nodes have places; their number N in the attribute
/// `nodes` of the root, where that is absent as many as have places or as the edges name.
inline constexpr const char* graph_file_name = "graph.h5";  ///< in a run folder

/// Reads one, whatever its edges are, see fault_of(). Throws Failure(unusable_file), with the name
/// of the file, where it cannot be read or its parts do not fit together.
Graph read_graph(const std::filesystem::path& path);

/// Writes one, atomically, with `positions` [N][3]; `graph` has places. One rank only. Throws
/// Failure(input_output).
void write_graph(const std::filesystem::path& path, const Graph& graph);

}  // namespace parapet
