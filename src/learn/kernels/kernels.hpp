#pragma once

#include <cstddef>

namespace parapet::kernels {

/// What a product starts from.
enum class Start { zero, accumulate, row };

/// C[m×n] = start + sign · A[m×k] B[k×n]. A(i, l) = a[i·a_row + l·a_column], so that a transposed A
/// costs nothing; B and C have contiguous rows. `row` points to the n values that every row of C
/// starts from (Start::row).
template <class Real>
struct Product {
  std::ptrdiff_t m, n, k;
  const Real* a;
  std::ptrdiff_t a_row, a_column;
  const Real* b;
  std::ptrdiff_t b_row;
  Real* c;
  std::ptrdiff_t c_row;
  Start start = Start::zero;
  const Real* row = nullptr;
  Real sign = 1;
};

/// The inner loops of a Fourier neural operator, compiled for one instruction set. All sizes are
/// counts of elements; arrays do not overlap unless they are the same.
template <class Real>
struct Kernels {
  const char* instruction_set;
  void (*multiply)(const Product<Real>&);
  /// a = gelu(z), exact (erf) form.
  void (*gelu)(std::ptrdiff_t n, const Real* z, Real* a);
  /// a = gelu(z) and g ← g · gelu'(z).
  void (*gelu_backward)(std::ptrdiff_t n, const Real* z, Real* a, Real* g);
  /// sum[j] += Σ_i a[i·n + j], i < m.
  void (*add_rows)(std::ptrdiff_t m, std::ptrdiff_t n, const Real* a, Real* sum);
  /// c[i·c_step] = start + a[i·n + 0 … n−1] · b, i < m.
  void (*row_dots)(std::ptrdiff_t m, std::ptrdiff_t n, const Real* a, const Real* b, Real start,
                   Real* c, std::ptrdiff_t c_step);
  /// out = x + sign · y.
  void (*combine)(std::ptrdiff_t n, const Real* x, Real sign, const Real* y, Real* out);
  /// b[j·m + i] = a[i·n + j].
  void (*transpose)(std::ptrdiff_t m, std::ptrdiff_t n, const Real* a, Real* b);
};

/// The fastest kernels this processor can run: AVX-512, AVX2 with FMA, or portable ones. They do
/// not round alike; the environment variable PARAPET_KERNELS (avx512, avx2, portable) chooses.
template <class Real>
const Kernels<Real>& kernels();

}  // namespace parapet::kernels
