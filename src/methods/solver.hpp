#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "diagnostics/energy_balance.hpp"
#include "diagnostics/field_diagnostics.hpp"
#include "grid/grid.hpp"

namespace parapet {

/// How long a time step is: `step` (fixed; the last before each target is shortened so that steps
/// divide the way evenly) or, without it, as long as the estimated relative L2 error of one step
/// stays below `tolerance`; explicit methods on cells take `courant` times their longest stable
/// one.
struct StepControl {
  std::optional<double> step;
  double tolerance = 1e-8;
  double courant = 0.5;
};

/// Stands where a method does not measure a number that is never negative: no checkpoint holds NaN.
inline constexpr double not_measured = -1.0;

/// The range that a field keeps as long as it lasts, and the size of what changes in it. A method
/// that goes by them sets them at the start; until then `scale` is 0.
struct FieldRange {
  double lowest = std::numeric_limits<double>::lowest();
  double highest = std::numeric_limits<double>::max();
  double scale = 0.0;
};

/// How far one member has come, and all that its further steps depend on beside its modes; a
/// checkpoint keeps it as numbers. `time` is exact at every target.
struct MemberProgress {
  double time = 0.0;
  double leg_start = 0.0;       ///< time at which the way to the current target began
  double leg_end = 0.0;         ///< the current target
  double leg_steps = 0.0;       ///< steps done on it
  double steps = 0.0;           ///< accepted in all
  double rejected = 0.0;        ///< steps computed and refused by the error control
  double rung = 0.0;            ///< of the ladder of step sizes (error control only)
  double has_rung = 0.0;        ///< 0 until the first step has chosen one
  double last_error = 1.0;      ///< previous step's error over tolerance, for the PI controller
  double error_estimate = 0.0;  ///< Σ over steps of StepController::error_made; or not_measured
  double courant = 0.0;         ///< largest dt · advection rate seen; beyond 1 a step is unstable
  double longest_step = 0.0;    ///< since the advection rate was looked at last
  double previous_step = 0.0;   ///< length of the last step on cells; 0 before the first
  EnergyBalance balance{};
  EnergyScales scales{};
  FieldRange range{};
  std::array<double, 3> own{};  ///< numbers of particles: see ParticleSolver

  static constexpr std::size_t number_count =
      19 + EnergyBalance::number_count + std::tuple_size_v<EnergyScales>;
  std::array<double, number_count> to_numbers() const;
  static MemberProgress from_numbers(std::span<const double, number_count> numbers);
};

/// ∂u/∂t of a state, by the equation itself.
struct RateOfChange {
  double energy;       ///< d/dt ½⟨|u|²⟩
  double dissipation;  ///< what the linear part takes from it
  double relative;     ///< ‖∂u/∂t‖ / ‖u‖ in L2; 0 where nothing changes
};

/// What one array of a solver's state is: an array of doubles, x slowest, of which each rank
/// holds a block (perhaps an empty one).
struct StateArray {
  std::array<std::int64_t, 3> shape{1, 1, 1};
  Box block;
};

/// Advances a batch of members of one equation in time, whatever the state is made of. A member's
/// result does not depend on the members that share its batch; those of explicit and spectral
/// solvers not on the number of ranks either. All members share one division of the grid, whose
/// ranks call every function declared collective together.
class Solver {
 public:
  virtual ~Solver() = default;

  virtual std::size_t members() const = 0;
  virtual int components() const = 0;

  /// How many arrays a member's state is: one a component, and behind those what a method's next
  /// step needs beside them.
  virtual int state_arrays() const { return components(); }
  /// How each of them is divided among ranks; the same for all.
  virtual StateArray state_array() const = 0;
  /// This rank's block of one of them, either where it lies or copied into `scratch`. What the
  /// states and the progress of a checkpoint hold is all that a continued run depends on.
  virtual std::span<const double> state(std::size_t member, int array,
                                        std::vector<double>& scratch) = 0;
  /// Collective.
  virtual void set_state(std::size_t member, int array, std::span<const double> values) = 0;
  /// Starts one component from its values at this rank's points, where these are not the state
  /// itself. Collective.
  virtual void set_points(std::size_t member, int component, std::span<const double> values) {
    set_state(member, component, values);
  }

  virtual const MemberProgress& progress(std::size_t member) const = 0;
  /// Sets where a member is: `{.time = t}` starts it there, a checkpoint's value continues it.
  virtual void set_progress(std::size_t member, const MemberProgress& progress) = 0;
  /// Makes true, of a member that stands at its initial condition, what holds between its fields at
  /// every time: solves problems without time. Collective.
  virtual void settle(std::size_t) {}

  /// Takes every member that is short of `target` one step further, never beyond it; returns
  /// whether any still is short of it. Throws a collective Failure(blew_up) that names member,
  /// component, place, rank and time when a solution is no longer finite. Collective.
  virtual bool step(double target) = 0;

  /// This rank's block of the grid's points, in which `to_points` gives the fields.
  virtual Box point_box() const = 0;
  /// The components `first`, `first` + 1, … of a member at this rank's points, one pointer to
  /// point_box().size() values each. From components() on, those of the derived fields that the
  /// method's traits name. Collective.
  virtual void to_points(std::size_t member, int first, std::span<double* const> fields) = 0;

  /// Collective.
  virtual FieldDiagnostics diagnose(std::size_t member) = 0;
  /// Energy by shells of wavenumbers; empty where the method has no modes. Collective.
  virtual std::vector<double> spectrum(std::size_t) { return {}; }
  /// Further columns of diagnostics.csv, as many as the method's traits name. Collective.
  virtual std::vector<double> quantities(std::size_t) { return {}; }

  /// How the present state changes, forcing included. Collective.
  virtual RateOfChange rate_of_change(std::size_t member) = 0;
  /// The residual of the energy balance from the start to the present state, relative to the
  /// largest energy on the way, see EnergyBalance; NaN where it is not followed. Collective.
  virtual double energy_residual(std::size_t member) = 0;

  /// Digest of one member's state, independent of its division among ranks. Collective.
  virtual std::uint64_t digest(std::size_t member) = 0;
  /// Throws a collective Failure(blew_up) that names the member by its number in the run, with
  /// component, place, rank and time, when some value is NaN, infinite or beyond 1e100. Collective.
  virtual void require_finite(std::size_t member, std::size_t member_in_run) = 0;

  /// Bytes held on this rank beside what all solvers of a group share.
  virtual std::size_t memory_bytes() const = 0;
};

}  // namespace parapet
