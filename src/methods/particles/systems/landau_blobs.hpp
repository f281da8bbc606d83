#pragma once

#include <cstddef>

#include "base/elementary.hpp"

namespace parapet {

/// e^{−|v − u|² slope}, nowhere smaller than e^{−600}, so that its logarithm exists.
template <std::size_t d>
PARAPET_INLINE double gaussian(const double* v, const double* u, double slope) {
  double square = 0.0;
  for (std::size_t a = 0; a < d; ++a) square += (v[a] - u[a]) * (v[a] - u[a]);
  const double exponent = -slope * square;
  return elementary::exp(exponent > -600.0 ? exponent : -600.0);
}

/// Σ w_q e^{−|v − v_q|² slope}
template <std::size_t d>
struct Blobs {
  static constexpr std::size_t targets = d, sources = d + 1, sums = 1;
  double slope;

  PARAPET_INLINE void add(const double* v, const double* source, double* sum) const {
    sum[0] += source[d] * gaussian<d>(v, source, slope);
  }
};

/// Σ g_l (v − v_l) e^{−|v − v_l|² slope}
template <std::size_t d>
struct BlobSlopes {
  static constexpr std::size_t targets = d, sources = d + 1, sums = d;
  double slope;

  PARAPET_INLINE void add(const double* v, const double* source, double* sum) const {
    const double g = source[d] * gaussian<d>(v, source, slope);
    for (std::size_t a = 0; a < d; ++a) sum[a] += g * (v[a] - source[a]);
  }
};

}  // namespace parapet
