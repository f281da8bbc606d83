#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "grid/spectral_transform.hpp"

namespace parapet {

/// The exact solution of u_t + (u²/2)_x = ν u_xx on a periodic line for any start that is a
/// trigonometric polynomial (Hopf 1950; Cole 1951): with mean c and v₀ = u₀ − c,
///   u(x, t) = c + v(x − ct, t),  v = −2ν φ_x/φ,  φ_t = ν φ_xx,  φ(x, 0) = exp(−Φ),  Φ = ∫v₀/2ν.
/// Where Φ spans little, φ is advanced in Fourier space; else the heat kernel's integral is taken
/// by the trapezoidal rule with its largest term factored out, so that small ν does not overflow.
/// Relative error about 1e-12 either way. Local to one rank.
class ColeHopf {
 public:
  /// `modes`: û_k for k = 0, 1, … of u₀ = Σ_k û_k exp(2πi k (x − lower)/length), the negative ones
  /// being the conjugates.
  ColeHopf(std::vector<Complex> modes, double length, double viscosity);

  /// u at x_i = lower + i length/points, i = 0, 1, …, at time t > 0.
  std::vector<double> at(double t, std::int64_t points) const;

  /// max Φ − min Φ, which decides between the two ways.
  double span_of_exponent() const { return span_; }

 private:
  std::vector<double> advance_in_fourier_space(double t, std::int64_t points) const;
  std::vector<double> integrate_heat_kernel(double t, std::int64_t points) const;
  double kernel_integral(const std::vector<double>& exponent, double x, double t) const;
  std::vector<Complex> exponent_modes() const;
  std::int64_t sampling() const;

  std::vector<Complex> modes_;
  double length_;
  double viscosity_;
  double lowest_ = 0.0;  ///< min Φ on the grid of `sampling()` points
  double span_ = 0.0;
};

/// The modes of a one-dimensional field in natural order k = 0, 1, …, as ColeHopf takes them, on
/// every rank. Collective.
std::vector<Complex> gather_line_modes(const SpectralTransform& transform, const Complex* modes);

}  // namespace parapet
