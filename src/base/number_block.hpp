#pragma once

#include <cmath>
#include <cstddef>

#include "base/elementary.hpp"

namespace parapet {

/// As many VectorNumbers in step, with the same bits. Put through an equation's template it makes
/// of the formula a row of short loops: in one loop over all of a long formula a core waits, as its
/// chain of operations is longer than what is looked ahead.
struct NumberBlock {
  static constexpr std::size_t size = 64;

  double value[size];

  NumberBlock() = default;
  PARAPET_INLINE NumberBlock(double x) {
    for (double& one : value) one = x;
  }

#define PARAPET_OPERATOR(op)                                                                  \
  PARAPET_INLINE friend NumberBlock operator op(const NumberBlock& a, const NumberBlock& b) { \
    return made_by([&](std::size_t i) { return a.value[i] op b.value[i]; });                  \
  }                                                                                           \
  PARAPET_INLINE friend NumberBlock operator op(const NumberBlock& a, double b) {             \
    return made_by([&](std::size_t i) { return a.value[i] op b; });                           \
  }                                                                                           \
  PARAPET_INLINE friend NumberBlock operator op(double a, const NumberBlock& b) {             \
    return made_by([&](std::size_t i) { return a op b.value[i]; });                           \
  }
  PARAPET_OPERATOR(+)
  PARAPET_OPERATOR(-)
  PARAPET_OPERATOR(*)
  PARAPET_OPERATOR(/)
#undef PARAPET_OPERATOR

  PARAPET_INLINE friend NumberBlock exp(const NumberBlock& x) {
    return made_by([&](std::size_t i) { return elementary::exp_in_range(x.value[i]); });
  }
  PARAPET_INLINE friend NumberBlock log(const NumberBlock& x) {
    return made_by([&](std::size_t i) { return elementary::log(x.value[i]); });
  }
  PARAPET_INLINE friend NumberBlock sqrt(const NumberBlock& x) {
    return made_by([&](std::size_t i) { return std::sqrt(x.value[i]); });
  }

  /// f(i) of each place.
  template <class F>
  PARAPET_INLINE static NumberBlock made_by(F&& f) {
    NumberBlock all;
    PARAPET_INDEPENDENT
    for (std::size_t i = 0; i < size; ++i) all.value[i] = f(i);
    return all;
  }
};

}  // namespace parapet
