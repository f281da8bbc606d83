#include "methods/one_sided_slopes.hpp"

#include "base/processors.hpp"
#include "methods/weno5.hpp"

namespace parapet {

void plain_slopes(const double* u, std::ptrdiff_t step, double scale, std::size_t count,
                  double* below, double* above) {
  for (std::size_t i = 0; i < count; ++i) {
    const double* const at = u + i;
    below[i] = scale * (at[0] - at[-step]);
    above[i] = scale * (at[step] - at[0]);
  }
}

PARAPET_FOR_EACH_PROCESSOR
void weno_slopes(const double* u, std::ptrdiff_t step, double scale, std::size_t count,
                 double* below, double* above) {
#ifdef __clang__
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
  for (std::size_t i = 0; i < count; ++i) {
    const double* const at = u + i;
    const double a = scale * (at[-2 * step] - at[-3 * step]);
    const double b = scale * (at[-step] - at[-2 * step]);
    const double c = scale * (at[0] - at[-step]), d = scale * (at[step] - at[0]);
    const double e = scale * (at[2 * step] - at[step]);
    const double f = scale * (at[3 * step] - at[2 * step]);
    below[i] = weno5_z(a, b, c, d, e);
    above[i] = weno5_z(f, e, d, c, b);
  }
}

}  // namespace parapet
