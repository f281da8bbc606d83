// C = A B for small matrices, in register blocks. A part of bodies.hpp.
#pragma once

#include "learn/kernels/kernels.hpp"
#include "learn/kernels/vector.hpp"

namespace parapet::kernels::PARAPET_KERNEL_SET {

/// Vectors per row of a register block, and rows for that many vectors: accumulators, one row of B
/// and a broadcast element of A must fit the registers.
constexpr int widest = PARAPET_REGISTERS >= 32 ? 4 : 2;
constexpr int rows_at(int vectors) {
  const int rows = (PARAPET_REGISTERS - vectors - 1) / vectors;
  return rows < 8 ? rows : 8;
}
/// Products are cut along k so that a panel of B stays in the first-level cache.
constexpr std::ptrdiff_t depth = 128;

/// Stores a row of sums, added to `from` unless the product starts from zero; the last vector has
/// `tail` elements. Inlined, so that the sums stay in registers.
template <class Real, int N>
[[gnu::always_inline]] inline void store_row(Vector<Real> (&sum)[N], const Real* from, Real* to,
                                             Start start, std::ptrdiff_t tail) {
  constexpr std::ptrdiff_t L = lanes<Real>;
  for (int j = 0; j < N; ++j) {
    if (j + 1 < N || tail == L) {
      if (start != Start::zero) sum[j] += load(from + j * L);
      store(to + j * L, sum[j]);
    } else {
      for (std::ptrdiff_t lane = 0; lane < tail; ++lane)
        to[j * L + lane] = sum[j][lane] + (start == Start::zero ? Real(0) : from[j * L + lane]);
    }
  }
}

/// One register block: `M` rows by `N` vectors; the last vector has `tail` elements of C.
template <class Real, int M, int N>
void block(const Product<Real>& p, const Real* a, const Real* b, std::ptrdiff_t b_row, Real* c,
           const Real* row, std::ptrdiff_t k, Start start, std::ptrdiff_t tail) {
  using V = Vector<Real>;
  constexpr std::ptrdiff_t L = lanes<Real>;
  V sum[M][N];
  for (int i = 0; i < M; ++i)
    for (int j = 0; j < N; ++j) sum[i][j] = V{};
  const std::ptrdiff_t a_row = p.a_row, a_column = p.a_column;
  for (std::ptrdiff_t l = 0; l < k; ++l) {
    V bl[N];
    for (int j = 0; j < N; ++j) bl[j] = load(b + l * b_row + j * L);
    for (int i = 0; i < M; ++i) {
      const V ai = V{} + a[i * a_row + l * a_column];
      for (int j = 0; j < N; ++j) sum[i][j] += ai * bl[j];
    }
  }
  if (p.sign < 0)
    for (int i = 0; i < M; ++i)
      for (int j = 0; j < N; ++j) sum[i][j] = -sum[i][j];
  for (int i = 0; i < M; ++i) {
    Real* to = c + i * p.c_row;
    store_row<Real>(sum[i], start == Start::accumulate ? to : row, to, start, tail);
  }
}

template <class Real>
using Block = void (*)(const Product<Real>&, const Real*, const Real*, std::ptrdiff_t, Real*,
                       const Real*, std::ptrdiff_t, Start, std::ptrdiff_t);

template <class Real, int M, int N>
constexpr Block<Real> block_or_none() {
  if constexpr (N <= widest && M <= rows_at(N)) return &block<Real, M, N>;
  return nullptr;
}
template <class Real, int N>
struct Column {
  static constexpr Block<Real> rows[9] = {nullptr,
                                          block_or_none<Real, 1, N>(),
                                          block_or_none<Real, 2, N>(),
                                          block_or_none<Real, 3, N>(),
                                          block_or_none<Real, 4, N>(),
                                          block_or_none<Real, 5, N>(),
                                          block_or_none<Real, 6, N>(),
                                          block_or_none<Real, 7, N>(),
                                          block_or_none<Real, 8, N>()};
};
template <class Real>
inline Block<Real> find_block(std::ptrdiff_t rows, std::ptrdiff_t vectors) {
  switch (vectors) {
    case 1:
      return Column<Real, 1>::rows[rows];
    case 2:
      return Column<Real, 2>::rows[rows];
    case 3:
      return Column<Real, 3>::rows[rows];
    default:
      return Column<Real, 4>::rows[rows];
  }
}

/// All rows of C for one panel of B (at most `widest` vectors) and one cut of k.
template <class Real>
void panel(const Product<Real>& p, const Real* a, const Real* b, std::ptrdiff_t b_row,
           std::ptrdiff_t column, std::ptrdiff_t columns, std::ptrdiff_t k, Start start) {
  constexpr std::ptrdiff_t L = lanes<Real>;
  const std::ptrdiff_t vectors = (columns + L - 1) / L, tail = columns - (vectors - 1) * L;
  const std::ptrdiff_t most = rows_at(static_cast<int>(vectors));
  const Real* row = p.row ? p.row + column : nullptr;
  std::ptrdiff_t blocks = (p.m + most - 1) / most;
  for (std::ptrdiff_t i = 0; i < p.m; --blocks) {
    // Equal blocks: a short last one would leave the multipliers waiting for its few sums.
    const std::ptrdiff_t rows = (p.m - i + blocks - 1) / blocks;
    find_block<Real>(rows, vectors)(p, a + i * p.a_row, b, b_row, p.c + i * p.c_row + column, row,
                                    k, start, tail);
    i += rows;
  }
}

/// Copies k rows of B, `columns` of each, to rows of `width`, filled with zeros to whole vectors.
template <class Real>
inline void pack(const Real* b, std::ptrdiff_t b_row, std::ptrdiff_t k, std::ptrdiff_t columns,
                 std::ptrdiff_t width, Real* packed) {
  for (std::ptrdiff_t r = 0; r < k; ++r) {
    for (std::ptrdiff_t s = 0; s < columns; ++s) packed[r * width + s] = b[r * b_row + s];
    for (std::ptrdiff_t s = columns; s % lanes<Real> != 0; ++s) packed[r * width + s] = 0;
  }
}

template <class Real>
void multiply(const Product<Real>& p) {
  constexpr std::ptrdiff_t L = lanes<Real>, width = widest * L;
  alignas(64) Real packed[depth * width];
  if (p.k == 0 || p.m == 0) {
    if (p.start == Start::accumulate) return;
    for (std::ptrdiff_t i = 0; i < p.m; ++i)
      for (std::ptrdiff_t j = 0; j < p.n; ++j) p.c[i * p.c_row + j] = p.row ? p.row[j] : Real(0);
    return;
  }
  for (std::ptrdiff_t l = 0; l < p.k; l += depth) {
    const std::ptrdiff_t k = p.k - l < depth ? p.k - l : depth;
    const Start start = l == 0 ? p.start : Start::accumulate;
    const Real* a = p.a + l * p.a_column;
    for (std::ptrdiff_t j = 0; j < p.n; j += width) {
      const std::ptrdiff_t columns = p.n - j < width ? p.n - j : width;
      const Real* b = p.b + l * p.b_row + j;
      // Rows far apart fall on few sets of the cache; a ragged end must not be read past.
      const bool is_ragged = columns % L != 0;
      const bool is_spread = p.b_row > 2 * width && p.m > 12;
      const bool is_packed = is_ragged || is_spread;
      if (is_packed) pack(b, p.b_row, k, columns, width, packed);
      panel(p, a, is_packed ? packed : b, is_packed ? width : p.b_row, j, columns, k, start);
    }
  }
}

}  // namespace parapet::kernels::PARAPET_KERNEL_SET
