#pragma once

#include <cstddef>

/// Functions of kernels are inlined into the one function compiled for each processor.
#define PARAPET_INLINE [[gnu::always_inline]] inline

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

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
/// The level of the x86-64 instruction set that this processor has: 4 with AVX-512, 3 with AVX2.
inline int processor_level() {
  return __builtin_cpu_supports("x86-64-v4") ? 4 : __builtin_cpu_supports("x86-64-v3") ? 3 : 1;
}
#endif

}  // namespace parapet

/// Defines NAME(ARGUMENT), which calls BODY<V>(argument) with the widest registers of the processor
/// it runs on; the results are the same bits on all of them.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define PARAPET_FOR_EACH_PROCESSOR(NAME, ARGUMENT, BODY)                                        \
  [[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] static void NAME##_v4(ARGUMENT a) { \
    BODY<VectorOf<64>::Type>(a);                                                                \
  }                                                                                             \
  [[gnu::target("arch=x86-64-v3")]] static void NAME##_v3(ARGUMENT a) {                         \
    BODY<VectorOf<32>::Type>(a);                                                                \
  }                                                                                             \
  static void NAME##_v1(ARGUMENT a) {                                                           \
    BODY<VectorOf<16>::Type>(a);                                                                \
  }                                                                                             \
  void NAME(ARGUMENT a) {                                                                       \
    static const int level = processor_level();                                                 \
    level >= 4 ? NAME##_v4(a) : level == 3 ? NAME##_v3(a) : NAME##_v1(a);                       \
  }
#else
#define PARAPET_FOR_EACH_PROCESSOR(NAME, ARGUMENT, BODY) \
  void NAME(ARGUMENT a) {                                \
    BODY<VectorOf<16>::Type>(a);                         \
  }
#endif
