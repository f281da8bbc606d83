#pragma once

#include <cstddef>

#include "base/processors.hpp"

namespace parapet {

/// Several doubles that one instruction treats. Loops go over whole registers, also where fewer
/// cells are left, so that a cell's value does not depend on its place in a row.
template <int bytes>
struct VectorOf {
  typedef double Type __attribute__((vector_size(bytes)));
};

template <class V>
inline constexpr std::ptrdiff_t lanes = sizeof(V) / sizeof(double);

/// The most lanes there are: loops over rows read so many values too far at most.
inline constexpr std::ptrdiff_t most_lanes = 8;

template <class V>
PARAPET_INLINE V load(const double* from) {
  V value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}
template <class V>
PARAPET_INLINE void store(double* to, V value) {
  __builtin_memcpy(to, &value, sizeof value);
}
/// The first `count` lanes, or all where there are not more.
template <class V>
PARAPET_INLINE void store_some(double* to, V value, std::ptrdiff_t count) {
  if (count >= lanes<V>) return store(to, value);
  double parts[lanes<V>];
  store(parts, value);
  for (std::ptrdiff_t i = 0; i < count; ++i) to[i] = parts[i];
}

template <class V>
PARAPET_INLINE V absolute(V x) {
  return x < 0.0 ? -x : x;
}
template <class V>
PARAPET_INLINE V larger(V a, V b) {
  return a > b ? a : b;
}
template <class V>
PARAPET_INLINE V smaller(V a, V b) {
  return a < b ? a : b;
}

}  // namespace parapet
