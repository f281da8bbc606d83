#pragma once

#include <complex>
#include <optional>
#include <vector>

#include "equations/all.hpp"

namespace parapet {

/// A uniform steady state of a reaction–diffusion equation and what small waves about it do
/// (Turing 1952): a wave of wavenumber k changes as e^{λt}, λ an eigenvalue of J − k² diag(D).
struct LinearStability {
  std::vector<double> state;        ///< R(state) = 0
  std::vector<double> jacobian;     ///< J, row by row
  std::vector<double> diffusivity;  ///< D

  /// The eigenvalue of largest real part at wavenumber k.
  std::complex<double> growth(double k) const;
};

/// A band of wavenumbers that grow.
struct UnstableBand {
  double low, high;
  double fastest;  ///< where in it the growth is largest
};

/// The bands below `highest`, each edge to twelve digits; bands narrower than highest/4000 may be
/// missed.
std::vector<UnstableBand> unstable_bands(const LinearStability& about, double highest);

/// Whether the equation is of reaction–diffusion form, in one or two components.
bool has_reaction(const AnyEquation& equation);

/// The steady state that Newton's method finds from `guess` (one entry a component), with exact
/// derivatives; none where it finds no state or the Jacobian is singular on the way.
std::optional<LinearStability> linear_stability(const AnyEquation& equation,
                                                std::vector<double> guess);

}  // namespace parapet
