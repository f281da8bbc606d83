#define PARAPET_KERNEL_SET portable
#define PARAPET_VECTOR_BYTES 16
#define PARAPET_REGISTERS 16
#include "learn/kernels/bodies.hpp"
