#define PARAPET_KERNEL_SET avx2
#define PARAPET_VECTOR_BYTES 32
#define PARAPET_REGISTERS 16
#include "learn/kernels/bodies.hpp"
