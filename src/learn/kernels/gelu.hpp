// GELU and its slope. A part of bodies.hpp.
#pragma once

#include "learn/kernels/vector.hpp"

namespace parapet::kernels::PARAPET_KERNEL_SET {

/// Φ(x) and exp(−x²/2) of one vector. With z = |x|/√2 and t = 1/(1 + pz), erfc(z) = exp(−z²) t
/// Q(t), p = 0.36 and Q a polynomial fitted on z ≥ 0 to a relative error of 3.5e-8, so that the far
/// left tail, too, is right to rounding.
constexpr float fit[10] = {0.203108258f, 0.203107699f,  0.189944412f, 0.163913800f,  0.122937069f,
                           0.106485548f, -0.028587765f, 0.143379348f, -0.141945542f, 0.037657209f};
struct Normal {
  Vector<float> cumulative, bell;
};
inline Normal normal(Vector<float> x) {
  using V = Vector<float>;
  using I = VectorOf<float>::Bits;
  // exp: y = n ln 2 + r, |r| ≤ ln 2 / 2; n by adding 1.5·2²³, whose low bits then hold it.
  V y = x * x * -0.5f;
  y = y < -87.0f ? V{} - 87.0f : y;
  const V shifted = y * 1.44269504088896341f + 12582912.0f;
  const V n = shifted - 12582912.0f;
  const V r = (y - n * 0.693359375f) + n * 2.12194440e-4f;
  V e = V{} + 1.98756915e-4f;
  e = e * r + 1.39819995e-3f;
  e = e * r + 8.33345206e-3f;
  e = e * r + 4.16657959e-2f;
  e = e * r + 1.66666655e-1f;
  e = e * r + 5.00000013e-1f;
  e = e * r * r + r + 1.0f;
  const I scale = ((I)shifted << 23) + 0x3f800000;
  const V bell = e * (V)scale;
  const V magnitude = (V)((I)x & 0x7fffffff);
  const V t = 1.0f / (1.0f + magnitude * (0.36f * 0.707106781f));
  V q = V{} + fit[9];
  for (int power = 8; power >= 0; --power) q = q * t + fit[power];
  const V tail = 0.5f * bell * (q * t);
  return {x < 0.0f ? tail : 1.0f - tail, bell};
}

inline void normal(double x, double& cumulative, double& bell) {
  cumulative = 0.5 * __builtin_erfc(-x * 0.70710678118654752440);
  bell = __builtin_exp(-0.5 * x * x);
}

/// Calls body(offset, count) for whole vectors, then once for what is left.
template <class Body>
inline void in_vectors(std::ptrdiff_t n, const Body& body) {
  constexpr std::ptrdiff_t L = lanes<float>;
  std::ptrdiff_t i = 0;
  for (; i + L <= n; i += L) body(i, L);
  if (i < n) body(i, n - i);
}
inline Vector<float> load_some(const float* from, std::ptrdiff_t count) {
  if (count == lanes<float>) return load(from);
  Vector<float> v = {};
  for (std::ptrdiff_t lane = 0; lane < count; ++lane) v[lane] = from[lane];
  return v;
}
inline void store_some(float* to, Vector<float> v, std::ptrdiff_t count) {
  if (count == lanes<float>) return store(to, v);
  for (std::ptrdiff_t lane = 0; lane < count; ++lane) to[lane] = v[lane];
}

inline void gelu(std::ptrdiff_t n, const float* z, float* a) {
  in_vectors(n, [&](std::ptrdiff_t i, std::ptrdiff_t count) {
    const Vector<float> x = load_some(z + i, count);
    store_some(a + i, x * normal(x).cumulative, count);
  });
}
inline void gelu(std::ptrdiff_t n, const double* z, double* a) {
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    double cumulative, bell;
    normal(z[i], cumulative, bell);
    a[i] = z[i] * cumulative;
  }
}

constexpr double inverse_sqrt_2pi = 0.39894228040143267794;

inline void gelu_backward(std::ptrdiff_t n, const float* z, float* a, float* g) {
  in_vectors(n, [&](std::ptrdiff_t i, std::ptrdiff_t count) {
    const Vector<float> x = load_some(z + i, count);
    const Normal at = normal(x);
    store_some(a + i, x * at.cumulative, count);
    const Vector<float> slope = at.cumulative + x * at.bell * static_cast<float>(inverse_sqrt_2pi);
    store_some(g + i, load_some(g + i, count) * slope, count);
  });
}
inline void gelu_backward(std::ptrdiff_t n, const double* z, double* a, double* g) {
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const double x = z[i];  // a may be z
    double cumulative, bell;
    normal(x, cumulative, bell);
    a[i] = x * cumulative;
    g[i] *= cumulative + x * bell * inverse_sqrt_2pi;
  }
}

}  // namespace parapet::kernels::PARAPET_KERNEL_SET
