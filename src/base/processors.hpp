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
