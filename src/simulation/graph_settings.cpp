#include "simulation/graph_settings.hpp"

#include <limits>

#include <fmt/format.h>

#include "grid/graph_drawing.hpp"
#include "grid/random_graphs.hpp"
#include "io/graph_file.hpp"

namespace parapet {

void GraphSettings::declare(Section& section) {
  section
      .add("kind", kind,
           "file: one that is there; ring: each node joined with its neighbours on a circle; "
           "watts-strogatz: a ring, some of its edges rewired; erdos-renyi: edges at random; "
           "barabasi-albert: scale-free, nodes that prefer hubs")
      .one_of({"file", "ring", "watts-strogatz", "erdos-renyi", "barabasi-albert"})
      .source("Watts & Strogatz 1998, Erdos & Renyi 1959, Barabasi & Albert 1999");
  section.add("file", file,
              "file: HDF5 with `edges` [E][2], nodes counted from 0, each edge once; perhaps "
              "`weights` [E], `positions` [N][1 to 3] for pictures, and N as attribute `nodes`");
  section.add("nodes", nodes, "all kinds but file: how many nodes")
      .at_least(3)
      .at_most(std::numeric_limits<std::int32_t>::max());
  section
      .add("degree", degree,
           "all kinds but file: edges a node has on average; even but for erdos-renyi")
      .at_least(1)
      .at_most(1e6);
  section.add("rewiring", rewiring, "watts-strogatz: the share of edges that are rewired")
      .at_least(0.0)
      .at_most(1.0);
  section.add("seed", seed, "of the edges' random numbers").at_least(0);
  section.add("weight", weight, "of every edge; those of a file are multiplied with it")
      .unit("1/length²")
      .above(0.0);
}

std::vector<std::pair<std::string, std::string>> GraphSettings::faults() const {
  if (kind == "file") {
    if (file.empty()) return {{"file", "kind \"file\" needs `file`"}};
    return {};
  }
  std::vector<std::pair<std::string, std::string>> found;
  if (!file.empty()) found.emplace_back("file", fmt::format("is not for the kind \"{}\"", kind));
  if (kind != "erdos-renyi" && degree % 2 != 0) {
    found.emplace_back("degree", fmt::format("{} is odd: \"{}\" needs an even one", degree, kind));
  }
  if (degree >= nodes) {
    found.emplace_back("degree", fmt::format("{} is too large for {} nodes", degree, nodes));
  }
  return found;
}

double GraphSettings::bytes() const {
  if (kind == "file") return 0.0;
  const double edges = 0.5 * static_cast<double>(nodes) * static_cast<double>(degree);
  return edges * (sizeof(Graph::Edge) + sizeof(double));
}

Graph GraphSettings::made() const {
  const RandomStream draws(static_cast<std::uint64_t>(seed), Purpose::graph);
  Graph graph;
  if (kind == "file") graph = read_graph(file);
  if (kind == "ring") graph = ring_graph(nodes, degree);
  if (kind == "watts-strogatz") graph = watts_strogatz_graph(nodes, degree, rewiring, draws);
  if (kind == "barabasi-albert") graph = barabasi_albert_graph(nodes, degree, draws);
  if (kind == "erdos-renyi") graph = erdos_renyi_graph(nodes, static_cast<double>(degree), draws);
  if (kind == "ring" || kind == "watts-strogatz") draw_circle(graph);
  for (double& one : graph.weights) one *= weight;
  return graph;
}

}  // namespace parapet
