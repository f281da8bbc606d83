#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "diagnostics/cubic_quadrature.hpp"

namespace parapet {

/// What the energy balance needs to know of one state; averages ⟨·⟩ are over the grid.
struct EnergyTerms {
  double dissipation = 0.0;  ///< D = Σ d_k, energy lost by each mode per time
  double power = 0.0;        ///< gained from forcing and compression, per time
  double energy = 0.0;       ///< ½⟨|u|²⟩; this and the slopes not between two equal steps
  /// Σ β(κ_k h) h² ∂d_k/∂t for the step that led here and for the one that goes on from here.
  double slope_before = 0.0, slope_after = 0.0;
};

/// Sizes, Σ|term|, of the sums over modes that made the EnergyTerms of a state (energy,
/// dissipation, slopes, power); from them those of the next state are bounded.
using EnergyScales = std::array<double, 4>;

/// The energy balance of a solution, step by step: how far
///   E(t) − E(0) + ∫ D dt − ∫ P dt
/// is from zero, over the largest energy so far. D is integrated mode by mode with
///   ∫ d dt = h/2 (d₀ + d₁) + h² β(κh) (d₀′ − d₁′),   β(y) = (coth y − 1/y)/(4y),
/// Hermite's rule (β → 1/12) fitted to be exact for 1, t and e^{±2κt} (exponential fitting: Ixaru &
/// Vanden Berghe 2004, § 4): of fourth order, and exact for modes that diffusion alone damps at
/// rate κ, however long the step; P by CubicQuadrature. Between two steps of equal length the
/// slopes cancel, and only D and P are needed. The residual of a resolved solution falls with the
/// fourth power of the step.
class EnergyBalance {
 public:
  static constexpr std::size_t number_count = 6 + CubicQuadrature::number_count;

  /// Passes a state on the way: completes the step that led to it, begins one of length `step`.
  /// The residual is taken where that is another length than before.
  void pass(double time, const EnergyTerms& state, double step);

  /// The same of a solution of which it is known, but for its own error, how much energy it has
  /// lost since the state passed last (nothing, where the equation keeps it); the first state
  /// passed is the start. Not to be mixed with the function above.
  void follow(double energy, double lost);
  /// The relative residual at a state after the one passed last; 0 before any.
  double followed_residual(double energy, double lost) const;

  /// The relative residual at a state that the last step has led to; 0 before any step.
  double residual(double time, const EnergyTerms& state) const;
  /// The largest at any state where it was taken. The first two steps of a run with power are left
  /// out: its integral has not its full order there.
  double largest_residual() const { return largest_residual_; }
  /// Length of the step that was begun last (any positive number where states are followed); 0
  /// before any.
  double step() const { return step_; }

  std::array<double, number_count> to_numbers() const;
  static EnergyBalance from_numbers(std::span<const double, number_count> numbers);

 private:
  void add_power(double time, double power);
  void complete(double time, const EnergyTerms& state);
  double relative_defect(double energy) const;

  double start_energy_ = 0.0;
  double largest_energy_ = 0.0;
  double dissipated_ = 0.0;  ///< ∫ D dt, of the step under way the part that its beginning gives
  double step_ = 0.0;
  double has_power_ = 0.0;  ///< 1 once power was not zero
  double largest_residual_ = 0.0;
  CubicQuadrature power_;
};

}  // namespace parapet
