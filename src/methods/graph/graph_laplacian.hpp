#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "grid/cell_grid.hpp"
#include "grid/graph.hpp"

namespace parapet {

/// This rank's rows of a graph's Laplacian, (L u)_i = Σ_j w_ij (u_j − u_i), for the nodes of its
/// block of a line of cells, and the exchange of the neighbours that other ranks have. Arrays hold
/// the rank's own nodes, then those neighbours, its *ghosts*. The sum over neighbours goes in the
/// order of the nodes: the same bits on any number of ranks.
class GraphLaplacian {
 public:
  /// `cells` is a line with a cell for every node. Keeps no reference to either. Collective.
  GraphLaplacian(const Graph& graph, const CellGrid& cells);
  GraphLaplacian(GraphLaplacian&&) noexcept;
  ~GraphLaplacian();

  std::size_t own_count() const { return own_; }
  std::size_t ghost_count() const { return ghosts_.size(); }
  /// Values of an array.
  std::size_t size() const { return own_ + ghosts_.size(); }

  /// Fetches the ghosts of several arrays. Collective.
  void exchange(std::span<double* const> arrays);
  /// to = L u on own nodes; the ghosts of `u` are up to date.
  void apply(const double* u, double* to) const;
  /// Calls act(neighbour's place in an array, weight) for the neighbours of an own node, in order.
  template <class F>
  void for_each_neighbour(std::size_t node, F&& act) const {
    for (std::size_t e = first_[node]; e < first_[node + 1]; ++e) act(neighbour_[e], weight_[e]);
  }
  /// The number, in the graph, of what lies at a place of an array.
  std::int64_t node_at(std::size_t place) const {
    return place < own_ ? offset_ + static_cast<std::int64_t>(place) : ghosts_[place - own_];
  }

  /// Σ_j w_ij of this rank's nodes.
  const std::vector<double>& strength() const { return strength_; }
  /// The largest of all nodes; no eigenvalue of −L is above twice that (Gershgorin).
  double largest_strength() const { return largest_strength_; }
  std::size_t memory_bytes() const;

 private:
  /// What goes to and comes from another rank.
  struct Partner {
    int rank;
    std::vector<std::size_t> sent;         ///< places of own nodes
    std::size_t received, received_count;  ///< place of the first ghost, and how many
    std::vector<double> outgoing{}, incoming{};
  };
  struct Requests;

  void make_rows(const Graph& graph);
  void make_partners(const std::vector<std::int64_t>& begins, int self);

  std::int64_t offset_;
  std::size_t own_;
  std::vector<std::size_t> first_;  ///< where the neighbours of each own node begin
  std::vector<std::uint32_t> neighbour_;
  std::vector<double> weight_;
  std::vector<std::int64_t> ghosts_;  ///< sorted
  std::vector<double> strength_;
  double largest_strength_ = 0.0;
  std::vector<Partner> partners_;
  std::unique_ptr<Requests> requests_;
};

}  // namespace parapet
