#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/processors.hpp"
#include "equations/forms.hpp"

namespace parapet {

/// Part of a row, and of the rows after it, that is to come into cache while others are computed.
struct Ahead {
  const double* first;
  std::ptrdiff_t row;  ///< from a row to the next
  std::size_t length;
};

/// Rows of cells on which one stage of an explicit method is computed, of a state u:
///   out = weight · u + rate · (D_c ∇²u_c + R_c(u)) + base_weight · base
/// Neighbours stand at the same distances in all components. Rows follow one another along the
/// middle axis of three; on one and two axes there is one row.
struct StageRows {
  const double* const* in;              ///< the first cell of u, one pointer a component
  const double* const* base = nullptr;  ///< may be absent
  double* const* out;                   ///< must not overlap `in`
  std::ptrdiff_t in_row = 0, base_row = 0, out_row = 0;  ///< from a row to the next

  std::size_t rows = 1, length = 0;
  int dimensions = 1;
  int radius = 1;  ///< 1: second-order differences, 2: fourth-order
  /// From a cell to those along the slowest of several axes, and along the middle one of three:
  /// one before, one behind, two before, two behind; 0 where there is no such axis.
  std::array<std::ptrdiff_t, 4> slow{}, middle{};

  const double* diffusivity;  ///< D_c over the square of the narrowest spacing
  /// Of the slow, the middle and the row axis: the square of the narrowest spacing over its own.
  std::array<double, 3> share{};
  double weight = 1.0, rate = 0.0, base_weight = 0.0;
  std::span<const Ahead> ahead{};
};

namespace stage_kernel {

/// ∇² of one component at a cell, in units of the narrowest spacing: second order, or fourth.
template <int dimensions, int radius>
[[gnu::always_inline]] inline double laplacian(const double* u, const StageRows& t, double centre) {
  constexpr bool is_wide = radius == 2;
  const auto along = [&](std::ptrdiff_t before, std::ptrdiff_t behind, std::ptrdiff_t twice_before,
                         std::ptrdiff_t twice_behind, double share) {
    const double near = u[before] + u[behind];
    if constexpr (!is_wide) return share * near;
    return share * (16.0 * near - (u[twice_before] + u[twice_behind]));
  };
  double sum = along(-1, 1, -2, 2, t.share[2]);
  if constexpr (dimensions == 3) {
    sum += along(t.middle[0], t.middle[1], t.middle[2], t.middle[3], t.share[1]);
  }
  sum += along(t.slow[0], t.slow[1], t.slow[2], t.slow[3], t.share[0]);
  return sum - centre * u[0];
}

/// Asks for a row's share of what is needed later. Memory that answers while cells are computed
/// costs nothing; what the processor fetches by itself begins anew with every short row.
[[gnu::always_inline]] inline void fetch(std::span<const Ahead> ahead, std::ptrdiff_t row) {
  constexpr std::size_t line = 64 / sizeof(double);
  for (const Ahead& part : ahead) {
    const double* const first = part.first + row * part.row;
    for (std::size_t i = 0; i < part.length; i += line) __builtin_prefetch(first + i, 0, 2);
  }
}

/// Without a middle axis where `dimensions` is 2. One axis goes the same way: its cells are their
/// own neighbours along the slow one, which adds nothing.
template <int dimensions, int radius, bool has_base, ReactionDiffusion E>
[[gnu::always_inline]] inline void run(const E& its_equation, const StageRows& rows) {
  constexpr std::size_t count = E::components.size();
  const E equation = its_equation;  // copies: what the loop writes cannot change them
  const StageRows t = rows;
  constexpr double scale = radius == 2 ? 1.0 / 12.0 : 1.0;
  const double centre =
      (radius == 2 ? 30.0 : 2.0) * (t.share[0] + (dimensions == 3 ? t.share[1] : 0.0) + t.share[2]);
  std::array<double, count> diffusion;
  for (std::size_t c = 0; c < count; ++c) diffusion[c] = scale * t.diffusivity[c];
  for (std::size_t row = 0; row < t.rows; ++row) {
    const auto r = static_cast<std::ptrdiff_t>(row);
    fetch(t.ahead, r);
    std::array<const double*, count> in, base;
    std::array<double*, count> out;
    for (std::size_t c = 0; c < count; ++c) {
      in[c] = t.in[c] + r * t.in_row;
      if constexpr (has_base) base[c] = t.base[c] + r * t.base_row;
      out[c] = t.out[c] + r * t.out_row;
    }
#ifdef __clang__
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
    for (std::size_t i = 0; i < t.length; ++i) {
      std::array<double, count> u, change;
      for (std::size_t c = 0; c < count; ++c) u[c] = in[c][i];
      equation.reaction(u.data(), change.data());
      for (std::size_t c = 0; c < count; ++c) {
        change[c] += diffusion[c] * laplacian<dimensions, radius>(in[c] + i, t, centre);
        double stage = t.weight * u[c] + t.rate * change[c];
        if constexpr (has_base) stage += t.base_weight * base[c][i];
        out[c][i] = stage;
      }
    }
  }
}

/// The same loop compiled for each kind of processor; multiply and add are never fused, so all give
/// the same bits.
template <int dimensions, int radius, bool has_base, ReactionDiffusion E>
void run_on(Processor processor, const E& equation, const StageRows& rows) {
  run_compiled_for(
      processor, [&]() __attribute__((always_inline)) {
        run<dimensions, radius, has_base>(equation, rows);
      });
}

template <int dimensions, int radius, ReactionDiffusion E>
void run_with_base(Processor processor, const E& equation, const StageRows& rows) {
  rows.base != nullptr ? run_on<dimensions, radius, true>(processor, equation, rows)
                       : run_on<dimensions, radius, false>(processor, equation, rows);
}

}  // namespace stage_kernel

/// Computes a stage on rows of cells, fused: every value is read once, and written once.
template <ReactionDiffusion E>
void compute_stage(const E& equation, const StageRows& rows) {
  const Processor processor = this_processor();
  const bool is_wide = rows.radius == 2;
  if (rows.dimensions == 3) {
    is_wide ? stage_kernel::run_with_base<3, 2>(processor, equation, rows)
            : stage_kernel::run_with_base<3, 1>(processor, equation, rows);
  } else {
    is_wide ? stage_kernel::run_with_base<2, 2>(processor, equation, rows)
            : stage_kernel::run_with_base<2, 1>(processor, equation, rows);
  }
}

}  // namespace parapet
