#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "grid/aligned_array.hpp"
#include "grid/cell_grid.hpp"
#include "methods/method_options.hpp"
#include "methods/solver.hpp"
#include "methods/step_controller.hpp"

namespace parapet {

/// A Solver whose state is values at the cells of a CellGrid. Members are advanced one after
/// another; a method says how far a step may go and how one is done. Steps are those of
/// StepControl: fixed ones, or `courant` times the longest stable one; the error they make is not
/// measured.
class CellSolver : public Solver {
 public:
  /// All members start at time 0 with zeros. Keeps a reference to `cells`. `estimated_order` is for
  /// the StepController of a method with error control.
  CellSolver(CellGrid& cells, std::size_t members, int components, const StepControl& control,
             const MethodOptions& options, double estimated_order = 4.0);

  CellGrid& cells() const { return cells_; }

  std::size_t members() const override { return progress_.size(); }
  int components() const override { return components_; }
  StateArray state_array() const override { return {cells_.grid().points, cells_.block()}; }
  std::span<const double> state(std::size_t member, int component,
                                std::vector<double>& scratch) override;
  void set_state(std::size_t member, int component, std::span<const double> values) override;

  const MemberProgress& progress(std::size_t member) const override { return progress_[member]; }
  void set_progress(std::size_t member, const MemberProgress& progress) override {
    progress_[member] = progress;
    if (progress.steps == 0.0) progress_[member].error_estimate = not_measured;
  }

  bool step(double target) override;

  Box point_box() const override { return cells_.block(); }
  void to_points(std::size_t member, int first, std::span<double* const> fields) override;

  FieldDiagnostics diagnose(std::size_t member) override;
  RateOfChange rate_of_change(std::size_t member) override;
  double energy_residual(std::size_t) override;
  std::uint64_t digest(std::size_t member) override;
  void require_finite(std::size_t member, std::size_t member_in_run) override;

  std::size_t memory_bytes() const override;

 protected:
  using Field = AlignedArray<double>;

  /// The longest stable step of a member from its present state, infinite where nothing limits it;
  /// the same on every rank. Collective.
  virtual double longest_step(std::size_t member) = 0;
  /// Takes a member at least one step towards `target`. Collective.
  virtual void step_member(std::size_t member, double target);
  bool is_fixed() const { return is_fixed_; }
  const StepController& controller() const { return controller_; }

  /// How many steps advance() may be given at once. Beyond 1 the longest stable step must not
  /// depend on the state.
  virtual std::size_t steps_at_once() const { return 1; }
  /// Takes a member, whose progress is at the beginning of the first, steps of these lengths
  /// further. Collective.
  virtual void advance(std::size_t member, std::span<const double> steps) = 0;
  /// ∂u/∂t of the present state, one array of the layout a component. Collective.
  virtual void evaluate_rate(std::size_t member, std::span<double* const> rate) = 0;

  /// How ghosts beyond an end follow from the cells inside.
  virtual GhostRule ghost_rule(int component, int axis, int side) const;
  /// Whether a component changes its sign at a reflecting end of an axis.
  virtual bool is_normal_velocity(int, int) const { return false; }

  /// Fills the ghosts of all components, in the state's order. Collective.
  void fill_ghosts(std::span<double* const> components);
  /// The part of it that follows Halo::end: the ghosts beyond the ends of the domain.
  virtual void fill_ends(std::span<double* const> components);

  /// An array of the layout, all zero.
  Field make_field() const;
  std::vector<double*> pointers(std::size_t member);
  static std::vector<double*> pointers_of(std::vector<Field>& fields);
  /// ghost_rule() of every component at every end.
  std::vector<std::array<std::array<GhostRule, 2>, 3>> end_rules() const;
  Field& field(std::size_t member, int component) {
    return fields_[member * static_cast<std::size_t>(components_) +
                   static_cast<std::size_t>(component)];
  }
  MemberProgress& own_progress(std::size_t member) { return progress_[member]; }
  const MethodOptions& options() const { return options_; }

 private:
  static constexpr double check_interval = 16.0;  ///< steps between looks at a fixed-step run

  double fixed_step(MemberProgress& ahead) const;
  double courant_step(std::size_t member, MemberProgress& ahead);
  void watch_fixed_steps(std::size_t member, std::span<const double> steps);

  CellGrid& cells_;
  int components_;
  StepController controller_;
  double courant_;
  bool is_fixed_;
  MethodOptions options_;
  std::vector<Field> fields_;
  std::vector<MemberProgress> progress_;
};

}  // namespace parapet
