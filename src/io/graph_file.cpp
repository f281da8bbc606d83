#include "io/graph_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "io/hdf5_guard.hpp"
#include "io/posix_file.hpp"

namespace parapet {

namespace {

constexpr std::int64_t most_nodes = std::numeric_limits<std::int32_t>::max();

std::string shape_of(const GuardedDataset& dataset) {
  return fmt::format("has the shape [{}]", fmt::join(dataset.extents, ", "));
}

template <class T>
std::vector<T> read_values(const GuardedDataset& dataset, hid_t type) {
  std::vector<T> values(dataset.size());
  check_hdf5(H5Dread(dataset.handle.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
             dataset.name, ExitCode::unusable_file);
  return values;
}

void read_edges(const Hdf5Guard& file, Graph& graph) {
  const auto edges = file.dataset("edges", Hdf5Guard::Numbers::integers);
  if (edges.extents.size() != 2 || edges.extents[1] != 2 || edges.extents[0] == 0) {
    file.refuse("edges", shape_of(edges) + ", expected [number of edges, 2]");
  }
  const auto ends = read_values<std::int64_t>(edges, H5T_NATIVE_INT64);
  for (std::size_t e = 0; 2 * e < ends.size(); ++e) {
    graph.edges.push_back({ends[2 * e], ends[2 * e + 1]});
    graph.nodes = std::max({graph.nodes, ends[2 * e] + 1, ends[2 * e + 1] + 1});
  }
}

void read_weights(const Hdf5Guard& file, Graph& graph) {
  graph.weights.assign(graph.edges.size(), 1.0);
  if (!file.has("weights")) return;
  const auto weights = file.dataset("weights");
  if (weights.extents != Extents{graph.edges.size()}) {
    file.refuse("weights", fmt::format("{}, expected [{}], one an edge", shape_of(weights),
                                       graph.edges.size()));
  }
  graph.weights = read_values<double>(weights, H5T_NATIVE_DOUBLE);
}

void read_places(const Hdf5Guard& file, Graph& graph) {
  const bool has_count = file.has_attribute("/", "nodes");
  if (has_count) graph.nodes = file.integer("/", "nodes");
  if (file.has("positions")) {
    const auto places = file.dataset("positions");
    const bool is_table =
        places.extents.size() == 2 && places.extents[1] >= 1 && places.extents[1] <= 3;
    if (!is_table) {
      file.refuse("positions", shape_of(places) + ", expected [number of nodes, 1 to 3]");
    }
    const auto count = static_cast<std::int64_t>(places.extents[0]);
    if (has_count && count != graph.nodes) {
      file.refuse("positions",
                  fmt::format("{}, the attribute `nodes` says {}", shape_of(places), graph.nodes));
    }
    graph.nodes = count;
    graph.axes = static_cast<int>(places.extents[1]);
    graph.places = read_values<double>(places, H5T_NATIVE_DOUBLE);
    const auto is_finite = [](double value) { return std::isfinite(value); };
    if (!std::ranges::all_of(graph.places, is_finite)) {
      file.refuse("positions", "holds NaN or infinity");
    }
  }
  if (graph.nodes < 2 || graph.nodes > most_nodes) {
    file.refuse("/", fmt::format("has {} nodes: expected 2 to {}", graph.nodes, most_nodes));
  }
}

void write_edges(hid_t file, const Graph& graph) {
  auto edges = create_dataset(file, "edges", H5T_STD_I64LE, {graph.edges.size(), 2});
  check_hdf5(
      H5Dwrite(edges.id(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, graph.edges.data()),
      "edges");
  edges.close("edges");
}

void write_places(hid_t file, const Graph& graph) {
  const auto nodes = static_cast<std::size_t>(graph.nodes);
  const auto axes = static_cast<std::size_t>(graph.axes);
  std::vector<double> places(3 * nodes, 0.0);
  for (std::size_t i = 0; i < nodes; ++i) {
    for (std::size_t a = 0; a < axes; ++a) places[3 * i + a] = graph.places[i * axes + a];
  }
  write_dataset(file, "positions", H5T_IEEE_F64LE, {nodes, 3}, places).close("positions");
}

}  // namespace

Graph read_graph(const std::filesystem::path& path) {
  const Hdf5Guard file(path);
  Graph graph;
  read_edges(file, graph);
  read_weights(file, graph);
  read_places(file, graph);
  return graph;
}

void write_graph(const std::filesystem::path& path, const Graph& graph) {
  auto beside = path;
  beside += ".tmp";
  std::filesystem::remove(beside);
  try {
    auto file = create_hdf5(beside);
    set_attribute(file.id(), "nodes", graph.nodes);
    write_edges(file.id(), graph);
    write_dataset(file.id(), "weights", H5T_IEEE_F64LE, {graph.weights.size()}, graph.weights)
        .close("weights");
    write_places(file.id(), graph);
    file.close(path.string());
    publish_file(beside, path);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(beside, ignored);
    throw;
  }
}

}  // namespace parapet
