#pragma once

#include "particles/pair_rows.hpp"

namespace parapet {

/// A law up to a distance, and no force from there on.
template <RadialLaw Law>
struct ShortLaw {
  Law law;
  double square_of_cutoff = 0.0;

  PARAPET_INLINE double slope_over_distance(double square) const {
    const double slope = law.slope_over_distance(square);
    return square < square_of_cutoff ? slope : 0.0;
  }
  PARAPET_INLINE NumberBlock slope_over_distance(const NumberBlock& square) const requires
      requires(const Law& one, const NumberBlock& block) {
    one.slope_over_distance(block);
  }
  {
    const NumberBlock slope = law.slope_over_distance(square);
    return NumberBlock::made_by([&](std::size_t i) __attribute__((always_inline)) {
      return square.value[i] < square_of_cutoff ? slope.value[i] : 0.0;
    });
  }
};

/// Images of particles, of this rank or others, that are no particles of this rank: places as in
/// the domain, and how far around periodic axes each is moved. One array a component.
template <int d>
struct GuestArrays {
  std::array<const double*, d> x, shift;

  PARAPET_INLINE GuestArrays from(std::size_t first) const {
    GuestArrays moved = *this;
    for (auto& pointer : moved.x) pointer += first;
    for (auto& pointer : moved.shift) pointer += first;
    return moved;
  }
};

/// Adds the forces of `count` ≤ pair_block guests to one particle, to the bit what FixedForces has
/// for the other one of each pair with the other sign: a separation is the difference of places,
/// then moved.
template <int d, RadialLaw Law>
PARAPET_INLINE void add_guests(const Law& law, FixedForces& forces,
                               PairArrays<d, std::uint64_t> one, const GuestArrays<d>& guests,
                               std::size_t count) {
  const double shift = 0x1.8p52 * forces.spacing;
  const auto shift_bits = std::bit_cast<std::uint64_t>(shift);
  std::array<double, d> at;
  std::array<std::uint64_t, d> sums{};
  std::int64_t most = forces.largest;
  alignas(64) double slopes[pair_block];
  alignas(64) double separation[d][pair_block];
  for (int c = 0; c < d; ++c) at[c] = one.x[c][0];
  PARAPET_INDEPENDENT
  for (std::size_t l = 0; l < count; ++l) {
    double square = 0.0;
    for (int c = 0; c < d; ++c) {
      const double r = (at[c] - guests.x[c][l]) - guests.shift[c][l];
      separation[c][l] = r;
      square += r * r;
    }
    slopes[l] = square;
  }
  replace_by_slopes(law, slopes, count);
  PARAPET_INDEPENDENT
  for (std::size_t l = 0; l < count; ++l) {
    for (int c = 0; c < d; ++c) {
      const double force = slopes[l] * separation[c][l];
      const std::int64_t size = std::bit_cast<std::int64_t>(force) & 0x7fffffffffffffff;
      most = size > most ? size : most;
      sums[c] -= std::bit_cast<std::uint64_t>(force + shift) - shift_bits;
    }
  }
  for (int c = 0; c < d; ++c) one.force[c][0] += sums[c];
  forces.largest = most;
}

}  // namespace parapet
