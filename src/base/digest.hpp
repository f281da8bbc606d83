#pragma once

#include <bit>
#include <cstdint>

namespace parapet {

/// Finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection that spreads every input bit.
constexpr std::uint64_t mix_bits(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/// 64-bit digest of an array that does not depend on how the array is divided or in which order it
/// is visited: the sum modulo 2⁶⁴ of a hash of (bits of the value, global index). Partial digests
/// of disjoint parts add up (Reduction::sum over std::uint64_t).
class Digest {
 public:
  void add(double value, std::uint64_t global_index) {
    add_bits(std::bit_cast<std::uint64_t>(value), global_index);
  }
  void add_bits(std::uint64_t bits, std::uint64_t global_index) {
    // One multiplication a value once the index's is an addition in a loop. For a fixed index this
    // is a bijection of the bits, so that a change of a single value never goes unnoticed.
    std::uint64_t z = bits + (global_index + 1) * 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93ULL;
    sum_ += z ^ (z >> 32);
  }
  /// Takes in the digest of another part of the same array.
  void add_partial(std::uint64_t other) { sum_ += other; }
  std::uint64_t value() const { return sum_; }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace parapet
