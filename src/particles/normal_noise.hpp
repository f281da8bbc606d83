#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/processors.hpp"
#include "base/random.hpp"

namespace parapet {

/// When noise is drawn: the time step, and which of the draws of that step, below 256.
struct NoiseTime {
  std::uint32_t step = 0, draw = 0;
};

/// Standard normal numbers for the components of particles: a function of (seed, purpose, member,
/// particle, component, step, draw) and of nothing else, so that they are the same on any number of
/// ranks, for particles in any order and in vectors of any length.
///
/// Box & Muller's pair (1958) of the block of 128 bits that RandomStream(seed, purpose, member) has
/// at `index` and `step` goes to two numbers:
///   components 2j and 2j + 1 of particle p     index = p       + 2⁴⁸ j + 2⁵⁶ draw
///   the last of an odd number d, j = (d−1)/2,
///   of particles 2q and 2q + 1                 index = q       + 2⁴⁸ j + 2⁵⁶ draw
/// They equal RandomStream::normal_pair there up to the rounding of logarithm, sine and cosine; the
/// largest is 8.57. Particles are numbered below 2⁴⁸, components below 256.
class NormalNoise {
 public:
  /// `dimensions`: how many numbers a particle takes in a draw, at least 1.
  NormalNoise(std::uint64_t seed, std::uint32_t member, int dimensions,
              Purpose purpose = Purpose::noise, Processor processor = this_processor());

  int dimensions() const { return static_cast<int>(dimensions_); }

  /// For the particles first, first + 1, …: component c of the i-th goes to out[c][i], i < count.
  void fill(std::uint64_t first, std::size_t count, NoiseTime time,
            std::span<double* const> out) const;

  /// The same for any particles: component c of ids[i] goes to out[c][i].
  void fill(std::span<const std::uint64_t> ids, NoiseTime time, std::span<double* const> out) const;

 private:
  RandomStream stream_;
  std::size_t dimensions_;
  Processor processor_;
};

}  // namespace parapet
