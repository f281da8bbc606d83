// The kernels themselves, included once for every instruction set with
//   PARAPET_KERNEL_SET     the name, and the namespace they live in
//   PARAPET_VECTOR_BYTES   the width of a vector register
//   PARAPET_REGISTERS      how many there are
// No standard header with inline functions may be included here: the linker would keep one copy of
// each, possibly the one compiled for instructions that another machine lacks.
#include "learn/kernels/gelu.hpp"
#include "learn/kernels/kernels.hpp"
#include "learn/kernels/product.hpp"
#include "learn/kernels/vector.hpp"

namespace parapet::kernels::PARAPET_KERNEL_SET {

template <class Real>
void add_rows(std::ptrdiff_t m, std::ptrdiff_t n, const Real* a, Real* sum) {
  constexpr std::ptrdiff_t L = lanes<Real>;
  std::ptrdiff_t j = 0;
  for (; j + L <= n; j += L) {
    // Four partial sums: one would wait for itself.
    Vector<Real> part[4] = {};
    std::ptrdiff_t i = 0;
    for (; i + 4 <= m; i += 4)
      for (int s = 0; s < 4; ++s) part[s] += load(a + (i + s) * n + j);
    for (; i < m; ++i) part[0] += load(a + i * n + j);
    store(sum + j, load(sum + j) + ((part[0] + part[1]) + (part[2] + part[3])));
  }
  for (; j < n; ++j)
    for (std::ptrdiff_t i = 0; i < m; ++i) sum[j] += a[i * n + j];
}

template <class Real>
void row_dots(std::ptrdiff_t m, std::ptrdiff_t n, const Real* a, const Real* b, Real start, Real* c,
              std::ptrdiff_t c_step) {
  constexpr std::ptrdiff_t L = lanes<Real>;
  for (std::ptrdiff_t i = 0; i < m; ++i) {
    Vector<Real> even = {}, odd = {};
    std::ptrdiff_t j = 0;
    for (; j + 2 * L <= n; j += 2 * L) {
      even += load(a + i * n + j) * load(b + j);
      odd += load(a + i * n + j + L) * load(b + j + L);
    }
    Real sum = start + sum_of<Real>(even + odd);
    for (; j < n; ++j) sum += a[i * n + j] * b[j];
    c[i * c_step] = sum;
  }
}

template <class Real>
void combine(std::ptrdiff_t n, const Real* x, Real sign, const Real* y, Real* out) {
  for (std::ptrdiff_t i = 0; i < n; ++i) out[i] = x[i] + sign * y[i];
}

template <class Real>
void transpose(std::ptrdiff_t m, std::ptrdiff_t n, const Real* a, Real* b) {
  constexpr std::ptrdiff_t tile = 8;
  for (std::ptrdiff_t i0 = 0; i0 < m; i0 += tile)
    for (std::ptrdiff_t j = 0; j < n; ++j) {
      const std::ptrdiff_t end = i0 + tile < m ? i0 + tile : m;
      for (std::ptrdiff_t i = i0; i < end; ++i) b[j * m + i] = a[i * n + j];
    }
}

#define PARAPET_TEXT_OF(name) #name
#define PARAPET_TEXT(name) PARAPET_TEXT_OF(name)

template <class Real>
constexpr Kernels<Real> table = {
    PARAPET_TEXT(PARAPET_KERNEL_SET),
    &multiply<Real>,
    static_cast<void (*)(std::ptrdiff_t, const Real*, Real*)>(&gelu),
    static_cast<void (*)(std::ptrdiff_t, const Real*, Real*, Real*)>(&gelu_backward),
    &add_rows<Real>,
    &row_dots<Real>,
    &combine<Real>,
    &transpose<Real>};

const Kernels<float>& single_precision() {
  return table<float>;
}
const Kernels<double>& double_precision() {
  return table<double>;
}

}  // namespace parapet::kernels::PARAPET_KERNEL_SET
