#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/communicator.hpp"

namespace parapet {

/// An undirected graph with a weight on every edge. Every rank has the whole of it.
struct Graph {
  using Edge = std::array<std::int64_t, 2>;

  std::int64_t nodes = 0;
  std::vector<Edge> edges;      ///< each once, either end first, no node with itself
  std::vector<double> weights;  ///< one an edge, > 0
  int axes = 0;                 ///< of the nodes' places: 0 where they have none, else 1 to 3
  std::vector<double> places;   ///< node after node, for pictures only

  std::int64_t edge_count() const { return static_cast<std::int64_t>(edges.size()); }
  /// Whether both join the same nodes by the same weights, in the same order.
  bool has_same_edges(const Graph& other) const;
};

/// What keeps `graph` from being one, with the number of the edge from 0 on; nothing if all is
/// well.
std::optional<std::string> fault_of(const Graph& graph);

/// Into how many parts without an edge between them it falls.
std::int64_t part_count(const Graph& graph);

/// Σ_j w_ij of each node.
std::vector<double> strengths(const Graph& graph);

/// Gives every rank the graph of rank 0. Collective.
void broadcast(const Communicator& communicator, Graph& graph);

}  // namespace parapet
