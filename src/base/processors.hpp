#pragma once

/// Before a function: it is compiled for several generations of processors, and the best one is
/// chosen when the program starts. Without contraction to fused operations, which the build
/// forbids, the results are the same bits on all of them.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define PARAPET_FOR_EACH_PROCESSOR \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PARAPET_FOR_EACH_PROCESSOR
#endif

/// Functions of kernels are inlined into the one function compiled for each processor.
#define PARAPET_INLINE [[gnu::always_inline]] inline

/// Before a loop: its rounds touch different places, whatever the pointers.
#ifdef __clang__
#define PARAPET_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define PARAPET_INDEPENDENT _Pragma("GCC ivdep")
#endif

namespace parapet {

/// Kinds of processors that inner loops are compiled for. With contraction of multiply and add off
/// all of them give the same bits.
enum class Processor { any, avx2, avx512 };

/// What this program runs on.
inline Processor this_processor() {
#if defined(__x86_64__) && defined(__GNUC__)
  static const Processor found = [] {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")) {
      return Processor::avx512;
    }
    return __builtin_cpu_supports("avx2") ? Processor::avx2 : Processor::any;
  }();
  return found;
#else
  return Processor::any;
#endif
}

#if defined(__x86_64__) && defined(__GNUC__)
#ifdef __clang__
#define PARAPET_AVX512 "avx512f,avx512dq,avx512vl,avx512bw"
#else
#define PARAPET_AVX512 "avx512f,avx512dq,avx512vl,avx512bw,prefer-vector-width=512"
#endif
template <class F>
[[gnu::target(PARAPET_AVX512), gnu::flatten]] void run_on_avx512(F work) {
  work();
}
#undef PARAPET_AVX512
template <class F>
[[gnu::target("avx2"), gnu::flatten]] void run_on_avx2(F work) {
  work();
}
#endif

/// Runs a piece of work, a lambda that is inlined with all it calls, as compiled for `processor`,
/// which must be this one or less.
template <class F>
void run_compiled_for(Processor processor, F work) {
#if defined(__x86_64__) && defined(__GNUC__)
  if (processor == Processor::avx512) return run_on_avx512(work);
  if (processor == Processor::avx2) return run_on_avx2(work);
#endif
  work();
}

}  // namespace parapet
