#include "methods/graph/graph_spectrum.hpp"

#include <Eigen/Eigenvalues>

#include "base/failure.hpp"

namespace parapet {

namespace {

/// −L: its eigenvalues rise from 0.
Eigen::MatrixXd dense(const Graph& graph) {
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(graph.nodes, graph.nodes);
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    const auto& [a, b] = graph.edges[e];
    matrix(a, b) -= graph.weights[e];
    matrix(b, a) -= graph.weights[e];
    matrix(a, a) += graph.weights[e];
    matrix(b, b) += graph.weights[e];
  }
  return matrix;
}

Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(const Graph& graph, int options) {
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(dense(graph), options);
  require(solver.info() == Eigen::Success, ExitCode::internal_error,
          "the eigenvalues of the graph were not found");
  return solver;
}

std::vector<double> eigenvalues_of(const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>& solver) {
  std::vector<double> values;
  for (const double value : solver.eigenvalues()) values.push_back(value > 0.0 ? -value : 0.0);
  return values;
}

}  // namespace

std::vector<double> graph_spectrum(const Graph& graph) {
  return eigenvalues_of(solved(graph, Eigen::EigenvaluesOnly));
}

GraphModes graph_modes(const Graph& graph) {
  const auto solver = solved(graph, Eigen::ComputeEigenvectors);
  GraphModes modes{eigenvalues_of(solver), {}};
  for (Eigen::Index i = 0; i < solver.eigenvectors().cols(); ++i) {
    const auto column = solver.eigenvectors().col(i);
    modes.vectors.emplace_back(column.begin(), column.end());
  }
  return modes;
}

}  // namespace parapet
