#pragma once

#include <string>
#include <utility>
#include <vector>

#include "grid/random_graphs.hpp"
#include "methods/cell_case.hpp"
#include "methods/graph/graph_spectrum.hpp"

namespace parapet {

/// The line whose cells are the nodes.
inline Grid line_of(const Graph& graph) {
  Grid grid = unit_grid({graph.nodes}, BoundaryKind::no_flux);
  grid.lower[0] = -0.5;
  grid.length[0] = static_cast<double>(graph.nodes);
  return grid;
}

/// A solver of one member on a graph, which outlives it.
struct GraphCase : CellCase {
  GraphCase(const Communicator& ranks, const AnyEquation& equation, const Graph& graph,
            const std::string& integrator, const StepControl& control,
            double solve_tolerance = 1e-12)
      : CellCase(ranks, equation, line_of(graph), all_ends(BoundaryKind::no_flux),
                 options_for(graph, integrator, solve_tolerance), control) {}

  static MethodOptions options_for(const Graph& graph, const std::string& integrator,
                                   double solve_tolerance) {
    MethodOptions made{"finite-difference", integrator, 0, {}};
    made.solve_tolerance = solve_tolerance;
    made.graph = &graph;
    return made;
  }

  /// `value(component, node)` at every node.
  template <class F>
  void set_nodes(F&& value) {
    set([&](int c, const Point& x) { return value(c, static_cast<std::size_t>(x[0])); });
  }
};

/// One component at all cells of a line, on every rank. Collective.
inline std::vector<double> all_values(CellCase& line, int component) {
  std::vector<double> all(static_cast<std::size_t>(line.cells.grid().points[0]), 0.0);
  const auto own = line.values(component);
  const std::int64_t first = own.empty() ? 0 : line.cells.block().offset[0];
  std::copy(own.begin(), own.end(), all.begin() + first);
  line.cells.communicator().all_reduce(std::span(all), Reduction::sum);
  return all;
}

inline double largest_difference(const std::vector<double>& one, const std::vector<double>& other) {
  double largest = 0.0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const double difference = std::abs(one[i] - other[i]);
    largest = difference <= largest ? largest : difference;  // NaN stays
  }
  return largest;
}

inline Heat heat_of(double diffusivity) {
  Heat equation;
  equation.D.value = diffusivity;
  return equation;
}

/// A small scale-free network, weights between 0.5 and 1.5.
inline Graph small_network(std::int64_t nodes = 40) {
  Graph graph = barabasi_albert_graph(nodes, 4, RandomStream(3, Purpose::graph));
  for (std::size_t e = 0; e < graph.weights.size(); ++e) {
    graph.weights[e] = 0.5 + RandomStream(4, Purpose::test).uniform(e);
  }
  return graph;
}

}  // namespace parapet
