// The kernels themselves, included once for every instruction set with
//   PARAPET_KERNEL_SET     the name, and the namespace they live in
//   PARAPET_VECTOR_BYTES   the width of a vector register
//   PARAPET_REGISTERS      how many there are
// No standard header with inline functions may be included here: the linker would keep one copy of
// each, possibly the one compiled for instructions that another machine lacks.
#include "learn/kernels/kernels.hpp"

namespace parapet::kernels::PARAPET_KERNEL_SET {

template <class Real>
struct VectorOf;
template <>
struct VectorOf<float> {
  typedef float Type __attribute__((vector_size(PARAPET_VECTOR_BYTES)));
  typedef int Bits __attribute__((vector_size(PARAPET_VECTOR_BYTES)));
};
template <>
struct VectorOf<double> {
  typedef double Type __attribute__((vector_size(PARAPET_VECTOR_BYTES)));
};
template <class Real>
using Vector = typename VectorOf<Real>::Type;

template <class Real>
constexpr std::ptrdiff_t lanes = PARAPET_VECTOR_BYTES / sizeof(Real);

template <class Real>
inline Vector<Real> load(const Real* from) {
  Vector<Real> v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}
template <class Real>
inline void store(Real* to, Vector<Real> v) {
  __builtin_memcpy(to, &v, sizeof v);
}
template <class Real>
inline Real sum_of(Vector<Real> v) {
  Real sum = 0;
  for (std::ptrdiff_t lane = 0; lane < lanes<Real>; ++lane) sum += v[lane];
  return sum;
}

// ---- products ----------------------------------------------------------------------------------

/// Vectors per row of a register block, and rows for that many vectors: accumulators, one row of B
/// and a broadcast element of A must fit the registers.
constexpr int widest = PARAPET_REGISTERS >= 32 ? 4 : 2;
constexpr int rows_at(int vectors) {
  const int rows = (PARAPET_REGISTERS - vectors - 1) / vectors;
  return rows < 8 ? rows : 8;
}
/// Products are cut along k so that a panel of B stays in the first-level cache.
constexpr std::ptrdiff_t depth = 128;

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
    const Real* from = start == Start::accumulate ? to : row;
    for (int j = 0; j < N; ++j) {
      if (j + 1 < N || tail == L) {
        if (start != Start::zero) sum[i][j] += load(from + j * L);
        store(to + j * L, sum[i][j]);
      } else {
        for (std::ptrdiff_t lane = 0; lane < tail; ++lane)
          to[j * L + lane] =
              sum[i][j][lane] + (start == Start::zero ? Real(0) : from[j * L + lane]);
      }
    }
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
      if (is_ragged || is_spread) {
        for (std::ptrdiff_t r = 0; r < k; ++r) {
          for (std::ptrdiff_t s = 0; s < columns; ++s) packed[r * width + s] = b[r * p.b_row + s];
          for (std::ptrdiff_t s = columns; s % L != 0; ++s) packed[r * width + s] = 0;
        }
      }
      const bool is_packed = is_ragged || is_spread;
      panel(p, a, is_packed ? packed : b, is_packed ? width : p.b_row, j, columns, k, start);
    }
  }
}

// ---- GELU --------------------------------------------------------------------------------------

/// Φ(x) and exp(−x²/2) of one vector. With z = |x|/√2 and t = 1/(1 + pz), erfc(z) = exp(−z²) t
/// Q(t), p = 0.36 and Q a polynomial fitted on z ≥ 0 to a relative error of 3.5e-8, so that the far
/// left tail, too, is right to rounding.
constexpr float fit[10] = {0.203108258f, 0.203107699f,  0.189944412f, 0.163913800f,  0.122937069f,
                           0.106485548f, -0.028587765f, 0.143379348f, -0.141945542f, 0.037657209f};
struct Normal {
  Vector<float> cumulative, bell;
};
inline Normal normal(Vector<float> x) {
  using V = Vector<float>;
  using I = VectorOf<float>::Bits;
  // exp: y = n ln 2 + r, |r| ≤ ln 2 / 2; n by adding 1.5·2²³, whose low bits then hold it.
  V y = x * x * -0.5f;
  y = y < -87.0f ? V{} - 87.0f : y;
  const V shifted = y * 1.44269504088896341f + 12582912.0f;
  const V n = shifted - 12582912.0f;
  const V r = (y - n * 0.693359375f) + n * 2.12194440e-4f;
  V e = V{} + 1.98756915e-4f;
  e = e * r + 1.39819995e-3f;
  e = e * r + 8.33345206e-3f;
  e = e * r + 4.16657959e-2f;
  e = e * r + 1.66666655e-1f;
  e = e * r + 5.00000013e-1f;
  e = e * r * r + r + 1.0f;
  const I scale = ((I)shifted << 23) + 0x3f800000;
  const V bell = e * (V)scale;
  const V magnitude = (V)((I)x & 0x7fffffff);
  const V t = 1.0f / (1.0f + magnitude * (0.36f * 0.707106781f));
  V q = V{} + fit[9];
  for (int power = 8; power >= 0; --power) q = q * t + fit[power];
  const V tail = 0.5f * bell * (q * t);
  return {x < 0.0f ? tail : 1.0f - tail, bell};
}

inline void normal(double x, double& cumulative, double& bell) {
  cumulative = 0.5 * __builtin_erfc(-x * 0.70710678118654752440);
  bell = __builtin_exp(-0.5 * x * x);
}

/// Calls body(offset, count) for whole vectors, then once for what is left.
template <class Body>
inline void in_vectors(std::ptrdiff_t n, const Body& body) {
  constexpr std::ptrdiff_t L = lanes<float>;
  std::ptrdiff_t i = 0;
  for (; i + L <= n; i += L) body(i, L);
  if (i < n) body(i, n - i);
}
inline Vector<float> load_some(const float* from, std::ptrdiff_t count) {
  if (count == lanes<float>) return load(from);
  Vector<float> v = {};
  for (std::ptrdiff_t lane = 0; lane < count; ++lane) v[lane] = from[lane];
  return v;
}
inline void store_some(float* to, Vector<float> v, std::ptrdiff_t count) {
  if (count == lanes<float>) return store(to, v);
  for (std::ptrdiff_t lane = 0; lane < count; ++lane) to[lane] = v[lane];
}

inline void gelu(std::ptrdiff_t n, const float* z, float* a) {
  in_vectors(n, [&](std::ptrdiff_t i, std::ptrdiff_t count) {
    const Vector<float> x = load_some(z + i, count);
    store_some(a + i, x * normal(x).cumulative, count);
  });
}
inline void gelu(std::ptrdiff_t n, const double* z, double* a) {
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    double cumulative, bell;
    normal(z[i], cumulative, bell);
    a[i] = z[i] * cumulative;
  }
}

constexpr double inverse_sqrt_2pi = 0.39894228040143267794;

inline void gelu_backward(std::ptrdiff_t n, const float* z, float* a, float* g) {
  in_vectors(n, [&](std::ptrdiff_t i, std::ptrdiff_t count) {
    const Vector<float> x = load_some(z + i, count);
    const Normal at = normal(x);
    store_some(a + i, x * at.cumulative, count);
    const Vector<float> slope = at.cumulative + x * at.bell * static_cast<float>(inverse_sqrt_2pi);
    store_some(g + i, load_some(g + i, count) * slope, count);
  });
}
inline void gelu_backward(std::ptrdiff_t n, const double* z, double* a, double* g) {
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const double x = z[i];  // a may be z
    double cumulative, bell;
    normal(x, cumulative, bell);
    a[i] = x * cumulative;
    g[i] *= cumulative + x * bell * inverse_sqrt_2pi;
  }
}

// ---- the rest ----------------------------------------------------------------------------------

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
