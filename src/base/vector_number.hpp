#pragma once

#include <cmath>

#include "base/elementary.hpp"

namespace parapet {

/// A double whose elementary functions are those of elementary.hpp, exp the one in range: put
/// through the same template as a double, it makes of a loop over an equation's formula vector code
/// with the same bits on all processors. The header's user needs -fno-math-errno for roots.
struct VectorNumber {
  double value = 0.0;

  VectorNumber() = default;
  PARAPET_INLINE VectorNumber(double x) : value(x) {}

#define PARAPET_OPERATOR(op)                                                       \
  PARAPET_INLINE friend VectorNumber operator op(VectorNumber a, VectorNumber b) { \
    return a.value op b.value;                                                     \
  }                                                                                \
  PARAPET_INLINE friend VectorNumber operator op(VectorNumber a, double b) {       \
    return a.value op b;                                                           \
  }                                                                                \
  PARAPET_INLINE friend VectorNumber operator op(double a, VectorNumber b) {       \
    return a op b.value;                                                           \
  }
  PARAPET_OPERATOR(+)
  PARAPET_OPERATOR(-)
  PARAPET_OPERATOR(*)
  PARAPET_OPERATOR(/)
#undef PARAPET_OPERATOR

  PARAPET_INLINE friend VectorNumber operator-(VectorNumber a) {
    return -a.value;
  }
  PARAPET_INLINE friend bool operator==(VectorNumber a, VectorNumber b) {
    return a.value == b.value;
  }
  PARAPET_INLINE friend bool operator<(VectorNumber a, VectorNumber b) {
    return a.value < b.value;
  }

  PARAPET_INLINE friend VectorNumber exp(VectorNumber x) {
    return elementary::exp_in_range(x.value);
  }
  PARAPET_INLINE friend VectorNumber log(VectorNumber x) {
    return elementary::log(x.value);
  }
  PARAPET_INLINE friend VectorNumber sqrt(VectorNumber x) {
    return std::sqrt(x.value);
  }
  PARAPET_INLINE friend VectorNumber abs(VectorNumber x) {
    return std::abs(x.value);
  }
  PARAPET_INLINE friend VectorNumber sin(VectorNumber x) {
    return elementary::sine_cosine(x.value).sine;
  }
  PARAPET_INLINE friend VectorNumber cos(VectorNumber x) {
    return elementary::sine_cosine(x.value).cosine;
  }
};

}  // namespace parapet
