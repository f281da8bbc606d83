#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/processors.hpp"
#include "particles/interaction_law.hpp"

namespace parapet {

/// Places of particles and the sums of the forces on them, one array a component.
template <int d, class Word>
struct PairArrays {
  std::array<const double*, d> x;
  std::array<Word*, d> force;

  PairArrays from(std::size_t first) const {
    PairArrays moved = *this;
    for (auto& pointer : moved.x) pointer += first;
    for (auto& pointer : moved.force) pointer += first;
    return moved;
  }
};

/// A few particles that stay in the first cache while all others meet them.
inline constexpr std::size_t pair_block = 512;

/// W'(r)/r in place of r², with the bits of one by one.
template <RadialLaw Law>
PARAPET_INLINE void replace_by_slopes(const Law& law, double* squares, std::size_t count) {
  std::size_t done = 0;
  if constexpr (requires(NumberBlock block) { law.slope_over_distance(block); }) {
    NumberBlock block;
    for (; done + block.size <= count; done += block.size) {
      std::copy_n(squares + done, block.size, block.value);
      block = law.slope_over_distance(block);
      std::copy_n(block.value, block.size, squares + done);
    }
  }
  PARAPET_INDEPENDENT
  for (std::size_t l = done; l < count; ++l) squares[l] = law.slope_over_distance(squares[l]);
}

/// The law between one particle and up to `pair_block` others. A loop of its own: with the forces'
/// the chain of operations is longer than a core looks ahead.
template <int d, RadialLaw Law>
PARAPET_INLINE void find_slopes(const Law& law, const std::array<double, d>& at,
                                const std::array<const double*, d>& others, std::size_t count,
                                double* slopes) {
  PARAPET_INDEPENDENT
  for (std::size_t l = 0; l < count; ++l) {
    double square = 0.0;
    for (int c = 0; c < d; ++c) square += (at[c] - others[c][l]) * (at[c] - others[c][l]);
    slopes[l] = square;
  }
  replace_by_slopes(law, slopes, count);
}

/// Forces added up as doubles, in the order that pairs come in.
struct PlainForces {
  using Word = double;
  static constexpr std::size_t lanes = 32;  // sums in several chains; four of the widest vectors

  /// Adds the forces between one particle and `count` ≤ pair_block others, to it and to them.
  template <int d, RadialLaw Law>
  PARAPET_INLINE void add_row(const Law& law, PairArrays<d, double> one,
                              PairArrays<d, double> others, std::size_t count) {
    std::array<double, d> at;
    alignas(64) double sums[d][lanes] = {};
    alignas(64) double slopes[pair_block];
    for (int c = 0; c < d; ++c) at[c] = one.x[c][0];
    find_slopes<d>(law, at, others.x, count, slopes);
    for (std::size_t begin = 0; begin < count; begin += lanes) {
      const PairArrays<d, double> few = others.from(begin);
      const std::size_t n = std::min(lanes, count - begin);
      PARAPET_INDEPENDENT
      for (std::size_t l = 0; l < n; ++l) {
        for (int c = 0; c < d; ++c) {
          const double force = slopes[begin + l] * (at[c] - few.x[c][l]);
          few.force[c][l] += force;
          sums[c][l] -= force;
        }
      }
    }
    for (int c = 0; c < d; ++c) one.force[c][0] += sum_of(sums[c]);
  }

 private:
  PARAPET_INLINE static double sum_of(double* values) {
    for (std::size_t half = lanes / 2; half > 0; half /= 2) {
      for (std::size_t l = 0; l < half; ++l) values[l] += values[l + half];
    }
    return values[0];
  }
};

/// Forces rounded to multiples of one spacing and added up as whole numbers: no order matters. A
/// force is at most 2⁵⁰ spacings in each component.
struct FixedForces {
  using Word = std::uint64_t;

  double spacing = 1.0;      ///< a power of two
  std::int64_t largest = 0;  ///< the bits of the largest component met; above those of ∞ for NaN

  template <int d, RadialLaw Law>
  PARAPET_INLINE void add_row(const Law& law, PairArrays<d, Word> one, PairArrays<d, Word> others,
                              std::size_t count) {
    // There the spacing of doubles is ours: see FixedPointSum.
    const double shift = 0x1.8p52 * spacing;
    const auto shift_bits = std::bit_cast<std::uint64_t>(shift);
    std::array<double, d> at;
    std::array<Word, d> sums{};
    std::int64_t most = largest;
    alignas(64) double slopes[pair_block];
    for (int c = 0; c < d; ++c) at[c] = one.x[c][0];
    find_slopes<d>(law, at, others.x, count, slopes);
    PARAPET_INDEPENDENT
    for (std::size_t l = 0; l < count; ++l) {
      for (int c = 0; c < d; ++c) {
        const double force = slopes[l] * (at[c] - others.x[c][l]);
        const std::int64_t size = std::bit_cast<std::int64_t>(force) & 0x7fffffffffffffff;
        most = size > most ? size : most;
        const Word rounded = std::bit_cast<std::uint64_t>(force + shift) - shift_bits;
        others.force[c][l] += rounded;
        sums[c] -= rounded;
      }
    }
    for (int c = 0; c < d; ++c) one.force[c][0] += sums[c];
    largest = most;
  }
};

/// The pairs of each of `ones` with each of `others`.
template <int d, RadialLaw Law, class Forces>
void add_pairs(const Law& law, Forces& forces, PairArrays<d, typename Forces::Word> ones,
               std::size_t count, PairArrays<d, typename Forces::Word> others,
               std::size_t others_count, Processor processor) {
  run_compiled_for(
      processor, [&]() __attribute__((always_inline)) {
        const Law own_law = law;  // out of reach of what is stored
        Forces own = forces;
        for (std::size_t begin = 0; begin < others_count; begin += pair_block) {
          const std::size_t n = std::min(pair_block, others_count - begin);
          const auto block = others.from(begin);
          for (std::size_t i = 0; i < count; ++i) {
            own.template add_row<d>(own_law, ones.from(i), block, n);
          }
        }
        forces = own;
      });
}

/// The pairs among some particles, each once.
template <int d, RadialLaw Law, class Forces>
void add_own_pairs(const Law& law, Forces& forces, PairArrays<d, typename Forces::Word> particles,
                   std::size_t count, Processor processor) {
  for (std::size_t begin = 0; begin < count; begin += pair_block) {
    const std::size_t n = std::min(pair_block, count - begin);
    const auto block = particles.from(begin);
    add_pairs<d>(law, forces, particles, begin, block, n, processor);
    run_compiled_for(
        processor, [&]() __attribute__((always_inline)) {
          const Law own_law = law;
          Forces own = forces;
          for (std::size_t i = 0; i + 1 < n; ++i) {
            own.template add_row<d>(own_law, block.from(i), block.from(i + 1), n - i - 1);
          }
          forces = own;
        });
  }
}

}  // namespace parapet
