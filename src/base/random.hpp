#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include <Random123/philox.h>

#include "base/digest.hpp"

namespace parapet {

/// What random numbers are drawn for; each purpose has its own stream.
enum class Purpose : std::uint32_t {
  initial_condition = 1,
  parameters = 2,  ///< of the members of an ensemble
  forcing = 3,
  weights = 4,  ///< initial values of a network
  shuffle = 5,  ///< the order of training samples
  bootstrap = 6,
  noise = 7,  ///< of a stochastic integrator
  test = 8,
  first_given_field = 9,  ///< of an equation
  second_given_field = 10,
  graph = 11,            ///< the edges of a random one
  first_positions = 12,  ///< of particles
  random_batches = 13,   ///< of particles that act on each other
  particle_numbers = 14  ///< what else particles have at the start
};

using RandomBlock = std::array<std::uint32_t, 4>;

/// Philox4x32 with 10 rounds (Salmon, Moraes, Dror, Shaw 2011): 128 random bits, a function of the
/// counter for each key.
inline RandomBlock philox(const RandomBlock& counter, const std::array<std::uint32_t, 2>& key) {
  const r123::Philox4x32 generator;
  const r123::Philox4x32::ctr_type c{{counter[0], counter[1], counter[2], counter[3]}};
  const r123::Philox4x32::key_type k{{key[0], key[1]}};
  const auto result = generator(c, k);
  return {result[0], result[1], result[2], result[3]};
}

/// Random numbers as a function of where they are used: a draw depends on nothing but (seed,
/// purpose, member) and the (index, step) it is asked for, so that it is the same on any number of
/// ranks, in any order, and after a restart. One (index, step) gives one draw of one kind: two
/// kinds asked at the same place are not independent.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t member = 0) : member_(member) {
    // One-to-one in the seed for each purpose and in the purpose for each seed.
    const std::uint64_t key =
        mix_bits(mix_bits(seed + 0x9e3779b97f4a7c15ULL) + static_cast<std::uint64_t>(purpose));
    key_ = {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
  }

  /// 128 random bits. `index` is the place (a global mode or point index, a sample), `step` the
  /// time step or the number of the draw at that place.
  RandomBlock bits(std::uint64_t index, std::uint32_t step = 0) const {
    return philox(
        {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), step, member_},
        key_);
  }

  /// What `bits` gives philox beside the index and the step.
  const std::array<std::uint32_t, 2>& key() const { return key_; }
  std::uint32_t member() const { return member_; }

  /// Two independent numbers, uniform over the odd multiples of 2⁻⁵³ in (0, 1): never 0, never 1.
  std::array<double, 2> uniform_pair(std::uint64_t index, std::uint32_t step = 0) const {
    const RandomBlock block = bits(index, step);
    return {to_unit(block[0], block[1]), to_unit(block[2], block[3])};
  }
  double uniform(std::uint64_t index, std::uint32_t step = 0) const {
    return uniform_pair(index, step)[0];
  }

  /// Two independent standard normal numbers (Box and Muller 1958).
  std::array<double, 2> normal_pair(std::uint64_t index, std::uint32_t step = 0) const {
    const auto [u, v] = uniform_pair(index, step);
    const double radius = std::sqrt(-2.0 * std::log(u));
    const double angle = 2.0 * std::numbers::pi * v;
    return {radius * std::cos(angle), radius * std::sin(angle)};
  }
  double normal(std::uint64_t index, std::uint32_t step = 0) const {
    return normal_pair(index, step)[0];
  }

  /// A whole number uniform over [0, bound), bound ≥ 1; the bias of the multiplication method is
  /// below bound · 2⁻⁶⁴.
  std::uint64_t integer(std::uint64_t bound, std::uint64_t index, std::uint32_t step = 0) const {
    __extension__ using Wide = unsigned __int128;
    const RandomBlock block = bits(index, step);
    return static_cast<std::uint64_t>((Wide{join(block[0], block[1])} * bound) >> 64);
  }

 private:
  static std::uint64_t join(std::uint32_t low, std::uint32_t high) {
    return (std::uint64_t{high} << 32) | low;
  }
  static double to_unit(std::uint32_t low, std::uint32_t high) {
    return (static_cast<double>(join(low, high) >> 12) + 0.5) * 0x1p-52;
  }

  std::array<std::uint32_t, 2> key_{};
  std::uint32_t member_;
};

}  // namespace parapet
