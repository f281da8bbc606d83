#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics/energy_balance.hpp"
#include "equations/all.hpp"
#include "grid/spectral_transform.hpp"
#include "methods/random_forcing.hpp"

namespace parapet {

/// How long a time step is: `step` (fixed; the last before each target is shortened so that steps
/// divide the way evenly) or, without it, as long as the estimated relative L2 error of one step
/// stays below `tolerance`.
struct StepControl {
  std::optional<double> step;
  double tolerance = 1e-8;
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
  double error_estimate = 0.0;  ///< Σ over steps of StepController::error_made
  double courant = 0.0;         ///< largest dt · advection rate seen; beyond 1 a step is unstable
  double longest_step = 0.0;    ///< since the advection rate was looked at last
  EnergyBalance balance{};
  EnergyScales scales{};

  static constexpr std::size_t number_count =
      12 + EnergyBalance::number_count + std::tuple_size_v<EnergyScales>;
  std::array<double, number_count> to_numbers() const;
  static MemberProgress from_numbers(std::span<const double, number_count> numbers);
};

/// ∂u/∂t of a state, by the equation itself.
struct RateOfChange {
  double energy;       ///< d/dt ½⟨|u|²⟩
  double dissipation;  ///< what the linear part takes from it
  double relative;     ///< ‖∂u/∂t‖ / ‖u‖ in L2; 0 where nothing changes
};

/// Advances a batch of members of one equation in time: pseudo-spectral in space, exponential
/// Runge–Kutta in time (ETDRK4). A member's result does not depend on the number of ranks nor on
/// the members that share its batch. All members use one SpectralTransform, whose ranks call every
/// function declared collective together.
class SpectralSolver {
 public:
  virtual ~SpectralSolver() = default;

  virtual std::size_t members() const = 0;
  virtual int components() const = 0;

  /// One component of one member: mode_count() coefficients, to be read or written freely between
  /// steps. The span is valid until the next step.
  virtual std::span<Complex> modes(std::size_t member, int component) = 0;

  virtual const MemberProgress& progress(std::size_t member) const = 0;
  /// Sets where a member is: `{.time = t}` starts it there, a checkpoint's value continues it.
  virtual void set_progress(std::size_t member, const MemberProgress& progress) = 0;

  /// Takes every member that is short of `target` one step further, never beyond it; returns
  /// whether any still is short of it. Throws a collective Failure(blew_up) that names member,
  /// component, mode, rank and time when a solution is no longer finite. Collective.
  virtual bool step(double target) = 0;

  /// How the present state changes, forcing included. Collective.
  virtual RateOfChange rate_of_change(std::size_t member) = 0;

  /// The residual of the energy balance from the start to the present state, relative to the
  /// largest energy on the way; see EnergyBalance. Collective.
  virtual double energy_residual(std::size_t member) = 0;

  /// Digest of one member's modes, independent of their division among ranks. Collective.
  virtual std::uint64_t digest(std::size_t member) = 0;

  /// Bytes held on this rank beside the transform.
  virtual std::size_t memory_bytes() const = 0;
};

/// One member's own version of the equation.
struct SpectralMember {
  AnyEquation equation;
  std::vector<ForcingWave> forcing;
};

/// What the semilinear spectral form of an equation takes and keeps.
struct SpectralFormTraits {
  int fields = 0;    ///< stored and advanced
  int derived = 0;   ///< further inputs of the products
  int products = 0;  ///< taken at every point
  int symbols = 0;   ///< linear parts
  int degree = 0;    ///< of the products in the inputs
  bool conserves_mean = false;
};
SpectralFormTraits spectral_form_traits(const AnyEquation& equation, std::string_view form,
                                        int dimensions);

/// The fields of an equation in so many dimensions.
std::vector<FieldName> fields_of(const AnyEquation& equation, std::string_view form,
                                 int dimensions);

/// A solver for members of one equation that share form, grid and step control; keeps a reference
/// to `transform`. Members start at time 0 with all modes zero.
std::unique_ptr<SpectralSolver> make_spectral_solver(SpectralTransform& transform,
                                                     std::string_view form,
                                                     std::vector<SpectralMember> members,
                                                     const StepControl& control);

}  // namespace parapet
