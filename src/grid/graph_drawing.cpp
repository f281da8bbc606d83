#include "grid/graph_drawing.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace parapet {

namespace {

using Points = std::vector<std::array<double, 2>>;

constexpr int rounds = 150;

/// Sunflower seeds: evenly spread over a disk, none on another.
Points spread_points(std::size_t nodes) {
  const double golden = std::numbers::pi * (3.0 - std::sqrt(5.0));
  Points points(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    const double at = static_cast<double>(i);
    const double radius = std::sqrt((at + 0.5) / static_cast<double>(nodes));
    points[i] = {radius * std::cos(golden * at), radius * std::sin(golden * at)};
  }
  return points;
}

/// Every two nodes push each other away by l²/r, l the wanted length of an edge.
void add_repulsion(const Points& points, double l, Points& force) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    double fx = 0.0, fy = 0.0;
    for (std::size_t j = 0; j < points.size(); ++j) {
      const double x = points[i][0] - points[j][0], y = points[i][1] - points[j][1];
      const double share = l * l / (x * x + y * y + 1e-9);
      fx += share * x, fy += share * y;
    }
    force[i] = {fx, fy};
  }
}

/// Edges pull by r²/l, and the middle by the distance: parts do not drift apart.
void add_attraction(const Graph& graph, const Points& points, double l, Points& force) {
  for (const auto& [a, b] : graph.edges) {
    const auto i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
    const double x = points[j][0] - points[i][0], y = points[j][1] - points[i][1];
    const double share = std::hypot(x, y) / l;
    force[i][0] += share * x, force[i][1] += share * y;
    force[j][0] -= share * x, force[j][1] -= share * y;
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t a = 0; a < 2; ++a) force[i][a] -= points[i][a];
  }
}

Points sprung(const Graph& graph) {
  Points points = spread_points(static_cast<std::size_t>(graph.nodes)), force(points.size());
  const double l = std::sqrt(std::numbers::pi / static_cast<double>(graph.nodes));
  for (int round = 0; round < rounds; ++round) {
    add_repulsion(points, l, force);
    add_attraction(graph, points, l, force);
    const double longest = 0.1 * (1.0 - static_cast<double>(round) / rounds);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double size = std::hypot(force[i][0], force[i][1]);
      const double share = std::min(size, longest) / std::max(size, 1e-12);
      for (std::size_t a = 0; a < 2; ++a) points[i][a] += share * force[i][a];
    }
  }
  return points;
}

}  // namespace

void draw_circle(Graph& graph) {
  graph.axes = 2;
  graph.places.clear();
  for (std::int64_t i = 0; i < graph.nodes; ++i) {
    const double angle =
        2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(graph.nodes);
    graph.places.insert(graph.places.end(), {std::cos(angle), std::sin(angle)});
  }
}

void draw_nodes(Graph& graph, std::int64_t most_sprung) {
  if (graph.axes > 0) return;
  if (graph.nodes > most_sprung) return draw_circle(graph);
  graph.axes = 2;
  for (const auto& point : sprung(graph)) {
    graph.places.insert(graph.places.end(), point.begin(), point.end());
  }
}

}  // namespace parapet
