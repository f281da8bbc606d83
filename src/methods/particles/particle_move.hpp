#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace parapet {

/// σ √τ of 2 D = σ σᵀ, lower triangular (Cholesky).
struct NoiseFactor {
  double xx = 0.0, xy = 0.0, yy = 0.0, xz = 0.0, yz = 0.0, zz = 0.0;

  /// D: xx, yy, zz, xy, xz, yz; of the axes in use the entries of D count.
  static NoiseFactor of(const std::array<double, 6>& D, std::size_t axes, double tau);

  /// ξ ← σ √τ ξ of some particles, one array an axis.
  void apply(std::span<double* const> xi, std::size_t count) const;
};

/// x ← x + τ b + ξ of particles that are there; null: all are. One array an axis.
void move_particles(std::span<double* const> x, const double* is_there, std::size_t count,
                    double tau, std::span<const double* const> b,
                    std::span<const double* const> xi);

/// Whether all of some numbers are in [lower, upper); NaN is not.
bool are_all_between(const double* x, std::size_t count, double lower, double upper);

}  // namespace parapet
