#include "simulation/graph_faults.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/text.hpp"
#include "methods/linear_stability.hpp"
#include "simulation/forecast.hpp"

namespace parapet {

namespace {

/// The graph, or what is wrong with it.
std::string make(const GraphSettings& settings, Graph& graph) {
  try {
    graph = settings.made();
  } catch (const Failure& failure) {
    return failure.what();
  }
  if (graph.edges.empty()) return "has no edges: expected at least one";
  const auto fault = fault_of(graph);
  if (!fault) return {};
  return settings.kind == "file" ? fmt::format("{}: {}", settings.file, *fault) : *fault;
}

}  // namespace

void RunSettings::make_network(const Communicator& world, InputFile& file, const Machine& machine) {
  if (file.has_section("grid")) {
    file.allow_section("grid");
    file.fault("graph", "", "takes the place of [grid]: leave one of them out");
  }
  if (!has_reaction(problem.equation)) {
    file.fault(
        "graph", "",
        fmt::format("\"{}\" is no reaction-diffusion equation: it needs a [grid]", problem.name));
  }
  for (const auto& [key, message] : graph.faults()) file.fault("graph", key, message);
  if (const auto needed = graph.bytes() * machine.ranks_per_node; needed > machine.node_memory) {
    file.fault("graph", "nodes",
               fmt::format("{} nodes of {} edges need {}, node has {}", graph.nodes, graph.degree,
                           format_bytes(needed), format_bytes(machine.node_memory)));
  }
  if (file.has_faults()) return;
  Graph found;
  std::string fault;
  if (world.is_root()) fault = make(graph, found);
  world.broadcast(fault);
  if (!fault.empty()) return file.fault("graph", graph.kind == "file" ? "file" : "", fault);
  broadcast(world, found);
  grid.points = {found.nodes};
  grid.lower = {-0.5};
  grid.length = {static_cast<double>(found.nodes)};
  grid.boundary = {"no-flux"};
  network = std::move(found);
}

void check_graph(InputFile& file, const RunSettings& settings) {
  if (settings.method.name == "spectral") {
    file.fault("method", "name", "a graph has no Fourier modes: expected \"finite-difference\"");
  }
  if (settings.method.order != 0) file.fault("method", "order", "a graph has no order in space");
  if (settings.output.file_layout() == FileLayout::pdebench) {
    file.fault("output", "layout", "PDEBench's layout is for lines, not for graphs");
  }
  const InitialSettings& initial = settings.problem.initial;
  if (initial.kind != "uniform" && initial.kind != "file") {
    file.fault("initial", "kind",
               fmt::format("\"{}\" is a field in space: on a graph members start \"uniform\", with "
                           "`noise`, or from a \"file\"",
                           initial.kind));
  }
  if (initial.noise_wavenumber != 0) {
    file.fault("initial", "noise_wavenumber", "the noise of nodes has no wavenumber");
  }
}

void add_graph_notes(RunSettings& settings) {
  const std::int64_t parts = part_count(*settings.network);
  if (parts == 1) return;
  settings.notes.push_back(fmt::format(
      "[graph] falls into {} parts that no edge joins: nothing spreads between them", parts));
}

}  // namespace parapet
