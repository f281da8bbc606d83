#pragma once

#include <cstdint>

#include "base/random.hpp"
#include "grid/graph.hpp"

namespace parapet {

/// Every node joined with its `degree`/2 next ones on either side of a ring of nodes, weights 1;
/// `degree` is even and below `nodes`.
Graph ring_graph(std::int64_t nodes, std::int64_t degree);

/// A small world (Watts & Strogatz 1998): of each edge of that ring the far end goes, with this
/// probability, to a node drawn among those not joined with it yet.
Graph watts_strogatz_graph(std::int64_t nodes, std::int64_t degree, double rewiring,
                           const RandomStream& draws);

/// Every two nodes joined with probability `degree`/(nodes − 1), so that `degree` is the mean one
/// (Erdős & Rényi 1959, Gilbert 1959), by skips from edge to edge (Batagelj & Brandes 2005).
Graph erdos_renyi_graph(std::int64_t nodes, double degree, const RandomStream& draws);

/// A scale-free network (Barabási & Albert 1999): `degree`/2 + 1 nodes, each joined with all, then
/// one node after another, each with `degree`/2 edges to different nodes, drawn in proportion to
/// the edges these have.
Graph barabasi_albert_graph(std::int64_t nodes, std::int64_t degree, const RandomStream& draws);

}  // namespace parapet
