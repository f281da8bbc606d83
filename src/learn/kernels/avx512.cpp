#define PARAPET_KERNEL_SET avx512
#define PARAPET_VECTOR_BYTES 64
#define PARAPET_REGISTERS 32
#include "learn/kernels/bodies.hpp"
