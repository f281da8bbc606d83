#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "grid/graph_drawing.hpp"
#include "grid/random_graphs.hpp"

namespace parapet {
namespace {

RandomStream draws(std::uint64_t seed) {
  return {seed, Purpose::graph};
}

Graph triangle() {
  Graph graph;
  graph.nodes = 3;
  graph.edges = {{0, 1}, {1, 2}, {2, 0}};
  graph.weights = {1.0, 1.0, 1.0};
  return graph;
}

TEST(Graph, TellsWhatIsWrongWithAnEdge) {
  EXPECT_FALSE(fault_of(triangle()));
  const auto says = [](auto&& change, const char* text) {
    Graph graph = triangle();
    change(graph);
    const auto fault = fault_of(graph);
    ASSERT_TRUE(fault) << text;
    EXPECT_NE(fault->find(text), std::string::npos) << *fault;
  };
  says([](Graph& g) { g.edges[1] = {1, 3}; }, "edge 1 (1, 3) dangles: there is no node 3");
  says([](Graph& g) { g.edges[2] = {-1, 0}; }, "no node -1, the 3 nodes are 0 to 2");
  says([](Graph& g) { g.edges[0] = {2, 2}; }, "edge 0 (2, 2) joins a node with itself");
  says([](Graph& g) { g.edges[2] = {1, 0}; }, "edge 2 (1, 0) is there already as edge 0");
  says([](Graph& g) { g.weights[1] = 0.0; }, "edge 1 (1, 2) has the weight 0");
  says([](Graph& g) { g.weights[1] = std::nan(""); }, "has the weight nan");
}

TEST(Graph, CountsItsParts) {
  EXPECT_EQ(part_count(triangle()), 1);
  Graph apart = triangle();
  apart.nodes = 7;
  apart.edges[2] = {5, 4};
  EXPECT_EQ(part_count(apart), 4);
}

TEST(Graph, IsTheSameOnEveryRankAfterABroadcast) {
  const auto world = Communicator::world();
  Graph expected = ring_graph(12, 4);
  draw_circle(expected);
  Graph graph = world.is_root() ? expected : Graph{};
  broadcast(world, graph);
  EXPECT_TRUE(graph.has_same_edges(expected));
  EXPECT_EQ(graph.places, expected.places);
}

TEST(RandomGraphs, HaveTheEdgesTheirDegreeAsksFor) {
  for (const std::int64_t nodes : {4, 5, 50}) {
    for (const Graph& graph :
         {ring_graph(nodes, 2), watts_strogatz_graph(nodes, 2, 1.0, draws(2)),
          barabasi_albert_graph(nodes, 2, draws(3)), erdos_renyi_graph(nodes, 2.0, draws(4))}) {
      EXPECT_FALSE(fault_of(graph)) << *fault_of(graph);
      EXPECT_EQ(graph.nodes, nodes);
    }
    EXPECT_EQ(ring_graph(nodes, 2).edge_count(), nodes);
    EXPECT_EQ(watts_strogatz_graph(nodes, 2, 0.5, draws(2)).edge_count(), nodes);
    EXPECT_EQ(barabasi_albert_graph(nodes, 2, draws(3)).edge_count(), nodes - 1);
    EXPECT_EQ(part_count(barabasi_albert_graph(nodes, 2, draws(3))), 1);
  }
  EXPECT_EQ(barabasi_albert_graph(100, 6, draws(1)).edge_count(), 6 + 96 * 3);
  EXPECT_EQ(erdos_renyi_graph(20, 19.0, draws(1)).edge_count(), 190);  // all there are
}

// N(N − 1)/2 draws of probability p: within four standard deviations, for every pair alike.
TEST(RandomGraphs, ErdosRenyiDrawsEveryPairAlike) {
  constexpr std::int64_t nodes = 12, graphs = 2000;
  constexpr double p = 0.25;
  std::vector<double> found(nodes * nodes, 0.0);
  double edges = 0.0;
  for (std::uint64_t seed = 0; seed < graphs; ++seed) {
    const Graph graph = erdos_renyi_graph(nodes, p * (nodes - 1), draws(seed));
    edges += static_cast<double>(graph.edge_count());
    for (const auto& [a, b] : graph.edges) found[static_cast<std::size_t>(a * nodes + b)] += 1.0;
  }
  const double pairs = nodes * (nodes - 1) / 2.0;
  EXPECT_LE(std::abs(edges - graphs * pairs * p), 4.0 * std::sqrt(graphs * pairs * p * (1 - p)));
  for (std::int64_t a = 0; a < nodes; ++a) {
    for (std::int64_t b = a + 1; b < nodes; ++b) {
      const double excess = found[static_cast<std::size_t>(a * nodes + b)] - graphs * p;
      EXPECT_LE(std::abs(excess), 4.5 * std::sqrt(graphs * p * (1 - p))) << a << " " << b;
    }
  }
}

// Barabási & Albert: P(k) ~ k⁻³, so that the largest degree grows as √N; of a random graph it
// hardly grows.
TEST(RandomGraphs, BarabasiAlbertHasHubs) {
  const auto hub = [](const Graph& graph) { return std::ranges::max(strengths(graph)); };
  EXPECT_GE(hub(barabasi_albert_graph(2000, 6, draws(5))), 60.0);  // 99
  EXPECT_LE(hub(erdos_renyi_graph(2000, 6.0, draws(5))), 25.0);    // 16
}

// At rewiring 0 the ring, at 1 no more neighbours of neighbours than in a random graph.
TEST(RandomGraphs, WattsStrogatzRewiresAsManyAsItSays) {
  const Graph ring = ring_graph(1000, 6);
  EXPECT_TRUE(watts_strogatz_graph(1000, 6, 0.0, draws(6)).has_same_edges(ring));
  const Graph small_world = watts_strogatz_graph(1000, 6, 0.2, draws(6));
  double moved = 0.0;
  for (std::size_t e = 0; e < ring.edges.size(); ++e) {
    moved += small_world.edges[e] != ring.edges[e] ? 1.0 : 0.0;
  }
  EXPECT_LE(std::abs(moved - 600.0), 4.0 * std::sqrt(3000 * 0.2 * 0.8));
}

TEST(GraphDrawing, KeepsNodesApartAndEdgesShort) {
  Graph graph = watts_strogatz_graph(60, 4, 0.05, draws(7));
  draw_nodes(graph);
  ASSERT_EQ(graph.places.size(), 120U);
  const auto distance = [&](std::int64_t a, std::int64_t b) {
    const auto i = static_cast<std::size_t>(2 * a), j = static_cast<std::size_t>(2 * b);
    return std::hypot(graph.places[i] - graph.places[j], graph.places[i + 1] - graph.places[j + 1]);
  };
  double least = 1e9, all = 0.0, along_edges = 0.0;
  for (std::int64_t a = 0; a < 60; ++a) {
    for (std::int64_t b = 0; b < a; ++b) {
      least = std::min(least, distance(a, b));
      all += distance(a, b) / (60 * 59 / 2);
    }
  }
  for (const auto& [a, b] : graph.edges) along_edges += distance(a, b) / 120.0;
  EXPECT_GE(least, 0.02);
  EXPECT_LE(along_edges, 0.5 * all);
}

}  // namespace
}  // namespace parapet
