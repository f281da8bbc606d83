#include "methods/etd_coefficients.hpp"

#include <cmath>

namespace parapet {
namespace {

/// Σ_j zʲ/(j + 3)!, to rounding for |z| ≤ 1.
double phi3_series(double z) {
  double sum = 0.0;
  for (int j = 16; j >= 0; --j) sum = (1.0 + sum * z) / static_cast<double>(j + 3);
  return 0.5 * sum;
}

}  // namespace

PhiFunctions phi_functions(double z) {
  if (std::abs(z) < 1.0) {
    const double phi3 = phi3_series(z);
    const double phi2 = 0.5 + z * phi3;
    return {1.0 + z * phi2, phi2, phi3};
  }
  const double phi1 = std::expm1(z) / z;
  const double phi2 = (phi1 - 1.0) / z;
  return {phi1, phi2, (phi2 - 0.5) / z};
}

double fitted_slope_weight(double y) {
  if (y >= 1.0) {
    const double decay = y > 20.0 ? 0.0 : std::exp(-2.0 * y);
    return ((1.0 + decay) / (1.0 - decay) - 1.0 / y) / (4.0 * y);
  }
  // coth y − 1/y = y/(3 + y²/(5 + y²/(7 + …))), without the cancellation.
  double below = 19.0;
  for (int odd = 17; odd >= 3; odd -= 2) below = odd + y * y / below;
  return 0.25 / below;
}

EtdCoefficients::EtdCoefficients(std::span<const double> symbols, double dt) {
  for (auto* array : {&e, &e2, &q, &f1, &f2, &f3, &slope}) array->resize(symbols.size());
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const double z = symbols[i] * dt;
    const PhiFunctions whole = phi_functions(z);
    e[i] = z < -700.0 ? 0.0 : std::exp(z);  // not a subnormal number, which is slow to multiply
    e2[i] = z < -1400.0 ? 0.0 : std::exp(0.5 * z);
    q[i] = 0.5 * dt * phi_functions(0.5 * z).phi1;
    f1[i] = dt * (whole.phi1 - 3.0 * whole.phi2 + 4.0 * whole.phi3);
    f2[i] = dt * (whole.phi2 - 2.0 * whole.phi3);
    f3[i] = dt * (4.0 * whole.phi3 - whole.phi2);
    slope[i] = dt * dt * fitted_slope_weight(std::abs(z));
  }
}

}  // namespace parapet
