// One register of numbers. A part of bodies.hpp, which says what has to be defined before.
#pragma once

#include <cstddef>

namespace parapet::kernels::PARAPET_KERNEL_SET {

template <class Real>
struct VectorOf;
template <>
struct VectorOf<float> {
  typedef float Type __attribute__((vector_size(PARAPET_VECTOR_BYTES)));
  typedef int Bits __attribute__((vector_size(PARAPET_VECTOR_BYTES)));
};
template <>
struct VectorOf<double> {
  typedef double Type __attribute__((vector_size(PARAPET_VECTOR_BYTES)));
};
template <class Real>
using Vector = typename VectorOf<Real>::Type;

template <class Real>
constexpr std::ptrdiff_t lanes = PARAPET_VECTOR_BYTES / sizeof(Real);

template <class Real>
inline Vector<Real> load(const Real* from) {
  Vector<Real> v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}
template <class Real>
inline void store(Real* to, Vector<Real> v) {
  __builtin_memcpy(to, &v, sizeof v);
}
template <class Real>
inline Real sum_of(Vector<Real> v) {
  Real sum = 0;
  for (std::ptrdiff_t lane = 0; lane < lanes<Real>; ++lane) sum += v[lane];
  return sum;
}

}  // namespace parapet::kernels::PARAPET_KERNEL_SET
