#include "grid/graph.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace parapet {

namespace {

std::string text_of(std::size_t number, const Graph::Edge& edge) {
  return fmt::format("edge {} ({}, {})", number, edge[0], edge[1]);
}

std::optional<std::string> fault_of_edge(const Graph& graph, std::size_t e) {
  for (const std::int64_t end : graph.edges[e]) {
    if (end >= 0 && end < graph.nodes) continue;
    return fmt::format("{} dangles: there is no node {}, the {} nodes are 0 to {}",
                       text_of(e, graph.edges[e]), end, graph.nodes, graph.nodes - 1);
  }
  if (graph.edges[e][0] == graph.edges[e][1]) {
    return text_of(e, graph.edges[e]) + " joins a node with itself";
  }
  const double weight = graph.weights[e];
  if (std::isfinite(weight) && weight > 0.0) return std::nullopt;
  return fmt::format("{} has the weight {}: expected a finite one above 0",
                     text_of(e, graph.edges[e]), weight);
}

std::optional<std::string> fault_of_doubled(const Graph& graph) {
  std::vector<std::size_t> order(graph.edges.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t e) {
    const auto& [a, b] = graph.edges[e];
    return std::array{std::min(a, b), std::max(a, b), static_cast<std::int64_t>(e)};
  };
  std::ranges::sort(order, {}, key);
  for (std::size_t i = 1; i < order.size(); ++i) {
    const auto before = key(order[i - 1]), now = key(order[i]);
    if (before[0] != now[0] || before[1] != now[1]) continue;
    return fmt::format("{} is there already as edge {}: expected each edge once",
                       text_of(order[i], graph.edges[order[i]]), before[2]);
  }
  return std::nullopt;
}

}  // namespace

bool Graph::has_same_edges(const Graph& other) const {
  return nodes == other.nodes && edges == other.edges && weights == other.weights;
}

std::optional<std::string> fault_of(const Graph& graph) {
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    if (auto fault = fault_of_edge(graph, e)) return fault;
  }
  return fault_of_doubled(graph);
}

std::int64_t part_count(const Graph& graph) {
  std::vector<std::int64_t> leader(static_cast<std::size_t>(graph.nodes));
  std::iota(leader.begin(), leader.end(), std::int64_t{0});
  const auto leader_of = [&](std::int64_t node) {
    while (true) {
      std::int64_t& above = leader[static_cast<std::size_t>(node)];
      if (above == node) return node;
      above = leader[static_cast<std::size_t>(above)];
      node = above;
    }
  };
  std::int64_t parts = graph.nodes;
  for (const auto& [a, b] : graph.edges) {
    const std::int64_t one = leader_of(a), other = leader_of(b);
    if (one == other) continue;
    leader[static_cast<std::size_t>(std::max(one, other))] = std::min(one, other);
    --parts;
  }
  return parts;
}

std::vector<double> strengths(const Graph& graph) {
  std::vector<double> sums(static_cast<std::size_t>(graph.nodes), 0.0);
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    for (const std::int64_t end : graph.edges[e]) {
      sums[static_cast<std::size_t>(end)] += graph.weights[e];
    }
  }
  return sums;
}

void broadcast(const Communicator& communicator, Graph& graph) {
  std::array<std::int64_t, 3> sizes{graph.nodes, graph.edge_count(), graph.axes};
  communicator.broadcast(std::span<std::int64_t>(sizes));
  const auto count = static_cast<std::size_t>(sizes[1]);
  graph.nodes = sizes[0];
  graph.axes = static_cast<int>(sizes[2]);
  graph.edges.resize(count);
  graph.weights.resize(count);
  graph.places.resize(static_cast<std::size_t>(graph.nodes * graph.axes));
  std::vector<std::int64_t> ends;
  for (const auto& [a, b] : graph.edges) ends.insert(ends.end(), {a, b});
  communicator.broadcast(std::span(ends));
  for (std::size_t e = 0; e < count; ++e) graph.edges[e] = {ends[2 * e], ends[2 * e + 1]};
  communicator.broadcast(std::span(graph.weights));
  communicator.broadcast(std::span(graph.places));
}

}  // namespace parapet
