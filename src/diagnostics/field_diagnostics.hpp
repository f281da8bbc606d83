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

/// Where the shells of `shell_spectrum` begin: shell i holds the modes whose |k|/k₁, rounded, is at
/// least starts[i] and below starts[i + 1]; k₁ is the smallest positive physical wavenumber of the
/// grid. One wavenumber wide up to 128; beyond, 64 shells an octave, so that the finest grid has
/// about a thousand.
std::vector<std::int64_t> shell_starts(const SpectralTransform& transform);

/// Energy by shells: Σ ½|û_k|² over the modes of each; their sum is the energy. Collective.
std::vector<double> shell_spectrum(const SpectralTransform& transform,
                                   std::span<const Complex* const> components);

/// Relative L2 distance ‖a − b‖ / ‖b‖ of two sets of modes, exact sums. Collective.
double relative_distance(const SpectralTransform& transform, std::span<const Complex* const> a,
                         std::span<const Complex* const> b);

/// Digest of a field's modes, independent of their division among ranks. Collective.
std::uint64_t modes_digest(const SpectralTransform& transform,
                           std::span<const Complex* const> components);

}  // namespace parapet
