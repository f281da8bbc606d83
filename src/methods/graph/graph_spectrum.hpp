#pragma once

#include <vector>

#include "grid/graph.hpp"

namespace parapet {

/// Nodes up to which graph_spectrum() takes seconds, not minutes, and gigabytes.
inline constexpr std::int64_t most_nodes_with_spectrum = 3000;

/// Eigenvalues Λ of a graph's Laplacian, ≤ 0, from 0 down: dense, in time of nodes³.
std::vector<double> graph_spectrum(const Graph& graph);

/// The same with orthonormal eigenvectors, one after another.
struct GraphModes {
  std::vector<double> eigenvalues;
  std::vector<std::vector<double>> vectors;
};
GraphModes graph_modes(const Graph& graph);

}  // namespace parapet
