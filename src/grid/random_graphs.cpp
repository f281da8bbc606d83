#include "grid/random_graphs.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace parapet {

namespace {

Graph with_unit_weights(std::int64_t nodes, std::vector<Graph::Edge> edges) {
  Graph graph;
  graph.nodes = nodes;
  graph.weights.assign(edges.size(), 1.0);
  graph.edges = std::move(edges);
  return graph;
}

using EdgeSet = std::set<Graph::Edge>;

Graph::Edge sorted(std::int64_t a, std::int64_t b) {
  return {std::min(a, b), std::max(a, b)};
}

}  // namespace

Graph ring_graph(std::int64_t nodes, std::int64_t degree) {
  std::vector<Graph::Edge> edges;
  for (std::int64_t i = 0; i < nodes; ++i) {
    for (std::int64_t away = 1; away <= degree / 2; ++away) {
      // Half-way round both ends would see the same edge.
      if (2 * away == nodes && i >= away) continue;
      edges.push_back({i, (i + away) % nodes});
    }
  }
  return with_unit_weights(nodes, std::move(edges));
}

Graph watts_strogatz_graph(std::int64_t nodes, std::int64_t degree, double rewiring,
                           const RandomStream& draws) {
  Graph graph = ring_graph(nodes, degree);
  EdgeSet taken;
  for (const auto& [a, b] : graph.edges) taken.insert(sorted(a, b));
  std::vector<std::int64_t> neighbours(static_cast<std::size_t>(nodes), 0);
  for (const auto& edge : graph.edges) {
    for (const std::int64_t end : edge) ++neighbours[static_cast<std::size_t>(end)];
  }
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    auto& [from, to] = graph.edges[e];
    if (draws.uniform(e) >= rewiring) continue;
    if (neighbours[static_cast<std::size_t>(from)] == nodes - 1) continue;
    std::int64_t chosen = from;
    for (std::uint32_t attempt = 1; chosen == from || taken.contains(sorted(from, chosen));
         ++attempt) {
      chosen =
          static_cast<std::int64_t>(draws.integer(static_cast<std::uint64_t>(nodes), e, attempt));
    }
    taken.erase(sorted(from, to));
    taken.insert(sorted(from, chosen));
    --neighbours[static_cast<std::size_t>(to)];
    ++neighbours[static_cast<std::size_t>(chosen)];
    to = chosen;
  }
  return graph;
}

Graph erdos_renyi_graph(std::int64_t nodes, double degree, const RandomStream& draws) {
  const double probability = std::min(1.0, degree / static_cast<double>(nodes - 1));
  const double scale = std::log1p(-probability);  // −∞ where every edge is there
  std::vector<Graph::Edge> edges;
  std::int64_t from = 1, to = -1;
  for (std::uint64_t draw = 0;; ++draw) {
    const double skip = std::floor(std::log(draws.uniform(draw)) / scale);
    if (!(skip < static_cast<double>(nodes) * static_cast<double>(nodes))) break;
    to += 1 + static_cast<std::int64_t>(skip);
    while (from < nodes && to >= from) to -= from++;
    if (from >= nodes) break;
    edges.push_back({to, from});
  }
  return with_unit_weights(nodes, std::move(edges));
}

Graph barabasi_albert_graph(std::int64_t nodes, std::int64_t degree, const RandomStream& draws) {
  const std::int64_t added = degree / 2;
  std::vector<Graph::Edge> edges;
  std::vector<std::int64_t> ends;  // every node as often as it has edges
  const auto join = [&](std::int64_t a, std::int64_t b) {
    edges.push_back({a, b});
    ends.insert(ends.end(), {a, b});
  };
  for (std::int64_t b = 1; b <= added; ++b) {
    for (std::int64_t a = 0; a < b; ++a) join(a, b);
  }
  std::vector<std::int64_t> chosen;
  for (std::int64_t node = added + 1; node < nodes; ++node) {
    chosen.clear();
    for (std::uint32_t draw = 0; static_cast<std::int64_t>(chosen.size()) < added; ++draw) {
      const std::int64_t one =
          ends[draws.integer(ends.size(), static_cast<std::uint64_t>(node), draw)];
      if (std::ranges::count(chosen, one) == 0) chosen.push_back(one);
    }
    for (const std::int64_t one : chosen) join(one, node);
  }
  return with_unit_weights(nodes, std::move(edges));
}

}  // namespace parapet
