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
    sum_ += mix_bits(bits + mix_bits(global_index + 1));
  }
  std::uint64_t value() const { return sum_; }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace parapet
