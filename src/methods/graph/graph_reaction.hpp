#pragma once

#include <memory>
#include <span>
#include <vector>

#include "methods/cell_methods.hpp"
#include "methods/graph/graph_laplacian.hpp"
#include "methods/point_reaction.hpp"

namespace parapet {

/// What all methods for du_i/dt = R(u_i) + D Σ_j w_ij (u_j − u_i) on the nodes i of a graph share
/// (Othmer & Scriven 1971; Nakao & Mikhailov 2010, eq. 1). The nodes are the cells of a line.
class GraphReaction : public CellSolver {
 public:
  GraphReaction(CellGrid& cells, std::vector<PointReaction> reactions, const StepControl& control,
                const MethodOptions& options, double estimated_order = 4.0);

  /// gradient_square is Σ over edges of w (u_i − u_j)², over the number of nodes.
  FieldDiagnostics diagnose(std::size_t member) override;
  /// The free energy ⟨W⟩ + ½ Σ_c D_c gradient_square_c, of reactions with a potential.
  std::vector<double> quantities(std::size_t member) override;
  std::size_t memory_bytes() const override;

  static CellTraits traits_of(const PointReaction& reaction);

 protected:
  /// One array of the Laplacian a component.
  using State = std::vector<std::vector<double>>;

  void evaluate_rate(std::size_t member, std::span<double* const> rate) override;

  const PointReaction& reaction(std::size_t member) const { return reactions_[member]; }
  GraphLaplacian& laplacian() { return laplacian_; }
  std::size_t node_count() const { return laplacian_.own_count(); }
  /// No eigenvalue of −D L is larger.
  double diffusion_rate(std::size_t member) const;

  State make_state() const;
  /// Own nodes of the member's state.
  void load(std::size_t member, State& state);
  void store(std::size_t member, const State& state);
  /// rate = R(u) + D L u on own nodes; fetches the ghosts of `u`. Collective.
  void compute_rate(std::size_t member, State& u, State& rate);

 private:
  /// Σ over edges of w (u_i − u_j)², over the number of nodes. Collective.
  double gradient_square(std::size_t component, const State& u) const;

  std::vector<PointReaction> reactions_;
  GraphLaplacian laplacian_;
  std::vector<double> diffused_;  ///< own nodes
};

CellTraits graph_traits(const PointReaction& reaction, const MethodOptions& options);

/// Integrators on graphs: explicit ones first.
std::vector<std::string> graph_integrators();

/// Reaction–diffusion on `options.graph`, by the explicit Runge–Kutta methods "ssprk3", "rk4" and
/// "euler" (the same bits on any number of ranks) or one of those of ImplicitStepper. `cells` is a
/// line with a cell for every node.
std::unique_ptr<Solver> make_graph_solver(CellGrid& cells, std::vector<PointReaction> reactions,
                                          const StepControl& control, const MethodOptions& options);

}  // namespace parapet
