#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "base/random.hpp"

namespace parapet {

/// A permutation of 0, …, count − 1 that any rank finds its part of without the rest: a Feistel
/// network of eight rounds (Luby & Rackoff 1988) on the numbers below a power of two, at least 2¹⁰,
/// gone through again until a number below `count` comes (Black & Rogaway 2002). Its keys are those
/// that `stream` has at `step`.
class Shuffle {
 public:
  Shuffle(std::uint64_t count, const RandomStream& stream, std::uint32_t step) : count_(count) {
    const auto bits = static_cast<unsigned>(
        std::max<int>(least_bits, std::bit_width(std::max<std::uint64_t>(count, 1) - 1)));
    low_bits_ = bits / 2;
    low_mask_ = (std::uint64_t{1} << low_bits_) - 1;
    high_mask_ = (std::uint64_t{1} << (bits - low_bits_)) - 1;
    for (std::size_t i = 0; i < rounds; i += 2) {
      const RandomBlock block = stream.bits(i, step);
      keys_[i] = (std::uint64_t{block[1]} << 32U) | block[0];
      keys_[i + 1] = (std::uint64_t{block[3]} << 32U) | block[2];
    }
  }

  std::uint64_t operator()(std::uint64_t number) const {
    do {
      number = turned(number);
    } while (number >= count_);
    return number;
  }

 private:
  static constexpr std::size_t rounds = 8;
  static constexpr int least_bits = 10;

  std::uint64_t turned(std::uint64_t number) const {
    std::uint64_t low = number & low_mask_, high = number >> low_bits_;
    for (std::size_t i = 0; i < rounds; i += 2) {
      high ^= mix_bits(low ^ keys_[i]) & high_mask_;
      low ^= mix_bits(high ^ keys_[i + 1]) & low_mask_;
    }
    return (high << low_bits_) | low;
  }

  std::uint64_t count_, low_mask_, high_mask_;
  unsigned low_bits_;
  std::array<std::uint64_t, rounds> keys_{};
};

}  // namespace parapet
