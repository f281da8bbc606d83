#pragma once

#include "methods/spectral_solver.hpp"

namespace parapet {

/// Chooses the length of each step of a member and keeps its progress. With a fixed step the way to
/// a target is divided evenly. With error control the steps are rungs 2^(r/4) of a ladder, so that
/// a few sets of coefficients serve many steps; a PI controller (Hairer & Wanner II, IV.2) on the
/// error climbs and descends it.
class StepController {
 public:
  /// `estimated_order`: of the error estimate, (h/τ)^order.
  explicit StepController(const StepControl& control, double estimated_order = 4.0)
      : control_(control), order_(estimated_order) {}

  /// The relative error a step makes, in order of magnitude, from the embedded estimate, which is
  /// that of a formula one order lower: if that is (h/τ)⁴ for some time scale τ of the solution,
  /// the step's own is about (h/τ)⁵. The factor ½ is measured against Cole–Hopf.
  static double error_made(double embedded);

  bool is_adaptive() const { return !control_.step.has_value(); }

  /// Begins the way to `target` unless the member is on it already.
  void aim(MemberProgress& progress, double target) const;
  /// Chooses the first rung from the relative rate of change, ‖N(u)‖ / ‖u‖ per unit of time.
  void choose_first_rung(MemberProgress& progress, double relative_rate) const;

  /// Length of the next step towards leg_end, > 0.
  double step_length(const MemberProgress& progress) const;

  /// Fixed steps: whether the next step reaches the target.
  bool is_last(const MemberProgress& progress) const;
  /// Fixed steps: whether the next step is one of those looked at: every so many, at the end of
  /// each leg, and closer together (after 1, 2, 4, 8) at the very start, where rough data make the
  /// largest errors.
  bool is_check_due(const MemberProgress& progress) const;
  /// How many steps of the leg, the next one included, no check has seen yet.
  static double steps_since_check(const MemberProgress& progress);
  static constexpr double check_interval = 16.0;  ///< steps
  /// Fixed steps: takes note of a step done.
  void advance(MemberProgress& progress) const;
  /// Error control: judges a step of length dt whose relative error estimate is `error`. On
  /// acceptance advances, counts `made` as the error of the step, and returns true, else chooses a
  /// smaller step. Throws Failure(blew_up) when the step has become too small to change the time.
  bool judge(MemberProgress& progress, double dt, double error, double made) const;
  bool judge(MemberProgress& progress, double dt, double error) const {
    return judge(progress, dt, error, error_made(error));
  }

 private:
  double leg_step_count(const MemberProgress& progress) const;
  void move_to(MemberProgress& progress, double time) const;

  StepControl control_;
  double order_;
};

}  // namespace parapet
