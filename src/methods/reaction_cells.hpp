#pragma once

#include <span>
#include <vector>

#include "methods/cell_methods.hpp"
#include "methods/point_reaction.hpp"
#include "methods/stage_sweep.hpp"

namespace parapet {

/// What all methods for reaction–diffusion by central differences share.
class ReactionCells : public CellSolver {
 public:
  /// All members have as many components. `most_stages` as in StageSweep.
  ReactionCells(CellGrid& cells, std::vector<PointReaction> reactions, const StepControl& control,
                const MethodOptions& options, std::size_t most_stages,
                double estimated_order = 4.0);

  /// The free energy, of reactions with a potential.
  std::vector<double> quantities(std::size_t member) override;
  std::size_t memory_bytes() const override;

  /// Layers of cells that the differences reach.
  static int radius_of(const MethodOptions& options) { return options.order == 4 ? 2 : 1; }
  static CellTraits traits_of(const PointReaction& reaction, const MethodOptions& options,
                              std::size_t most_stages);

 protected:
  void evaluate_rate(std::size_t member, std::span<double* const> rate) override;

  const PointReaction& reaction(std::size_t member) const { return reactions_[member]; }
  /// The largest eigenvalue of −D ∇².
  double diffusion_rate(std::size_t member) const;
  /// A bound of the eigenvalues of ∂R/∂u at the member's present state, the largest sum of a row;
  /// infinite where it is not finite. Collective.
  double reaction_rate(std::size_t member);
  /// Takes `in` through stages, see StageSweep::run(). Collective.
  void sweep(std::size_t member, std::span<const Stage> stages, std::span<double* const> in,
             std::span<double* const> out, std::span<double* const> arrays = {});

  /// One array of the layout a component, that the members share.
  std::vector<Field> make_state() const;
  /// Exchanges the member's state with another.
  void swap_state(std::size_t member, std::vector<Field>& other);

 private:
  std::vector<PointReaction> reactions_;
  EndRules rules_;
  StageSweep sweep_;
};

}  // namespace parapet
