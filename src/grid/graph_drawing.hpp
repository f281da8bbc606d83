#pragma once

#include "grid/graph.hpp"

namespace parapet {

/// Gives nodes that have no places some in the plane, for pictures: by springs (Fruchterman &
/// Reingold 1991) where there are at most `most_sprung` nodes, else on a circle in their order.
/// Deterministic; takes about nodes²/10⁶ seconds.
void draw_nodes(Graph& graph, std::int64_t most_sprung = 3000);

/// Puts the nodes on the unit circle in their order.
void draw_circle(Graph& graph);

}  // namespace parapet
