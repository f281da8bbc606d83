#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "methods/coefficient_cache.hpp"

namespace parapet {

/// φ₁(z) = (eᶻ − 1)/z, φ₂ = (φ₁ − 1)/z, φ₃ = (φ₂ − ½)/z, all to a few units in the last place for
/// every real z: by their power series where |z| < 1, by the formulas, which cancel no more than
/// two bits there, beyond. For a real symbol this is what the contour integrals of Kassam &
/// Trefethen (2005) compute, at a tenth of the cost.
struct PhiFunctions {
  double phi1, phi2, phi3;
};
PhiFunctions phi_functions(double z);

/// β(y) = (coth y − 1/y)/(4y), to a few units in the last place; β(0) = 1/12.
double fitted_slope_weight(double y);

/// Coefficients of ETDRK4 (Cox & Matthews 2002, eqs. 26-29; Kassam & Trefethen 2005, eq. 2.5) for
/// one step size, one entry a symbol: with z = L dt,
///   e = eᶻ,  e2 = e^(z/2),  q = ½ dt φ₁(z/2),
///   f1 = dt (φ₁ − 3φ₂ + 4φ₃),  f2 = dt (φ₂ − 2φ₃),  f3 = dt (4φ₃ − φ₂)
/// and the weight of slopes in EnergyBalance's quadrature of |û|², slope = dt² β(|z|).
struct EtdCoefficients {
  std::vector<double> e, e2, q, f1, f2, f3, slope;

  EtdCoefficients(std::span<const double> symbols, double dt);
  std::size_t size() const { return e.size(); }
  std::size_t memory_bytes() const { return 7 * sizeof(double) * size(); }
};

using EtdCoefficientCache = CoefficientCache<EtdCoefficients>;

}  // namespace parapet
