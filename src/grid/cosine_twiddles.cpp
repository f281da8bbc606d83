#include "grid/cosine_twiddles.hpp"

#include <cmath>
#include <numbers>

namespace parapet {

namespace {

// One complex value, worked on as a whole.
using Value [[gnu::vector_size(16), gnu::may_alias]] = double;

Value minus_i_times(Value z) {
  return __builtin_shufflevector(z, z, 1, 0) * Value{1.0, -1.0};
}

}  // namespace

CosineTwiddles::CosineTwiddles(std::int64_t points) : points_(static_cast<std::size_t>(points)) {
  for (std::int64_t k = 0; k <= points / 2; ++k) {
    const long double angle = std::numbers::pi_v<long double> * static_cast<long double>(k) /
                              static_cast<long double>(2 * points);
    cos_.push_back(static_cast<double>(std::cos(angle)));
    sin_.push_back(static_cast<double>(std::sin(angle)));
    half_cos_.push_back(0.5 * cos_.back());
    half_sin_.push_back(0.5 * sin_.back());
  }
}

// Entries k and n − k come from each other, with θ_{n−k} = π/2 − θ_k. Where they are the same, at
// n/2, both formulas give the same number.
void CosineTwiddles::to_cosines(Complex* line) const {
  const std::size_t n = points_;
  auto* const z = reinterpret_cast<Value*>(line);
  const double *const c = half_cos_.data(), *const s = half_sin_.data();
  for (std::size_t k = 1; 2 * k <= n; ++k) {
    const Value sum = z[k] + z[n - k], gap = minus_i_times(z[k] - z[n - k]);
    z[n - k] = s[k] * sum - c[k] * gap;
    z[k] = c[k] * sum + s[k] * gap;
  }
}

void CosineTwiddles::to_fourier(Complex* line) const {
  const std::size_t n = points_;
  auto* const z = reinterpret_cast<Value*>(line);
  const double *const c = cos_.data(), *const s = sin_.data();
  for (std::size_t k = 1; 2 * k <= n; ++k) {
    const Value sum = c[k] * z[k] + s[k] * z[n - k];
    const Value gap = minus_i_times(s[k] * z[k] - c[k] * z[n - k]);
    z[n - k] = sum + gap;
    z[k] = sum - gap;
  }
}

void CosineTwiddles::to_cosines(const Complex* half, double* cosines) const {
  const std::size_t n = points_, end = n / 2 + 1;
  const double *const c = cos_.data(), *const s = sin_.data();
  const auto* const v = reinterpret_cast<const double*>(half);
  cosines[0] = v[0];
#ifdef __clang__
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
  for (std::size_t k = 1; k < end; ++k) {
    cosines[n - k] = s[k] * v[2 * k] - c[k] * v[2 * k + 1];
    cosines[k] = c[k] * v[2 * k] + s[k] * v[2 * k + 1];
  }
}

void CosineTwiddles::to_fourier(const double* cosines, Complex* half) const {
  const std::size_t n = points_, end = n / 2 + 1;
  const double *const c = cos_.data(), *const s = sin_.data();
  auto* const v = reinterpret_cast<double*>(half);
  v[0] = cosines[0];
  v[1] = 0.0;
#ifdef __clang__
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
  for (std::size_t k = 1; k < end; ++k) {
    v[2 * k] = c[k] * cosines[k] + s[k] * cosines[n - k];
    v[2 * k + 1] = s[k] * cosines[k] - c[k] * cosines[n - k];
  }
}

}  // namespace parapet
