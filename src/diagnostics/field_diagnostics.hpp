#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "grid/spectral_transform.hpp"

namespace parapet {

/// What is watched of a solution in time. Averages ⟨·⟩ are over the grid's volume; every number has
/// the same bits on any number of ranks.
struct FieldDiagnostics {
  std::vector<double> mean;      ///< ⟨u_c⟩ of each component
  double energy = 0.0;           ///< ½⟨|u|²⟩
  double gradient_square = 0.0;  ///< ⟨|∇u|²⟩; the dissipation is ν times it
  double minimum = 0.0;          ///< over all components and grid points
  double maximum = 0.0;
  /// Largest |û_k| among modes with some |k_a| in the last tenth of the kept wavenumbers of its
  /// axis, over the largest of all but the mean: how well the grid resolves the field. 0 for a
  /// constant field.
  double spectrum_tail = 0.0;
};

/// Collective.
FieldDiagnostics diagnose(SpectralTransform& transform, std::span<const Complex* const> components);

/// Energy by shells: entry s is Σ ½|û_k|² over the modes with s − ½ ≤ |k|/k₁ < s + ½, where k₁ is
/// the smallest positive physical wavenumber of the grid; their sum is the energy. Collective.
std::vector<double> shell_spectrum(const SpectralTransform& transform,
                                   std::span<const Complex* const> components);

/// Relative L2 distance ‖a − b‖ / ‖b‖ of two sets of modes, exact sums. Collective.
double relative_distance(const SpectralTransform& transform, std::span<const Complex* const> a,
                         std::span<const Complex* const> b);

/// Digest of a field's modes, independent of their division among ranks. Collective.
std::uint64_t modes_digest(const SpectralTransform& transform,
                           std::span<const Complex* const> components);

/// How well recorded energies agree with recorded rates: the last three samples (t, E, dE/dt) give
/// |E(t₂) − E(t₀) − ∫ E′ dt| / |∫ E′ dt|, the integral by the parabola through the rates (fourth
/// order where samples are evenly spaced).
class EnergyBalance {
 public:
  /// Takes a sample; returns the residual, 0 until three samples are there.
  double add(double time, double energy, double rate);

 private:
  struct Sample {
    double time, energy, rate;
  };
  std::vector<Sample> samples_;
};

}  // namespace parapet
