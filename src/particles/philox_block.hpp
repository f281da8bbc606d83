#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "base/processors.hpp"

namespace parapet {

/// The four words of a block of Philox4x32, each in the low half of 64 bits: that is where vector
/// instructions multiply 32-bit numbers.
struct WideBlock {
  std::uint64_t word[4];
};

namespace philox_detail {

inline constexpr std::uint64_t low_half = 0xffffffff;

/// The round that `number` others came before (Salmon, Moraes, Dror & Shaw 2011, § 3.3).
template <std::uint32_t number>
PARAPET_INLINE void apply_round(WideBlock& block, const std::array<std::uint32_t, 2>& key) {
  const std::uint32_t key_0 = key[0] + number * 0x9e3779b9U, key_1 = key[1] + number * 0xbb67ae85U;
  const std::uint64_t p = block.word[0] * 0xd2511f53U, q = block.word[2] * 0xcd9e8d57U;
  block = {{(q >> 32U) ^ block.word[1] ^ key_0, q & low_half, (p >> 32U) ^ block.word[3] ^ key_1,
            p & low_half}};
}

template <std::uint32_t... number>
PARAPET_INLINE void apply_rounds(WideBlock& block, const std::array<std::uint32_t, 2>& key,
                                 std::integer_sequence<std::uint32_t, number...>) {
  (apply_round<number>(block, key), ...);
}

}  // namespace philox_detail

/// The block that `philox` makes of the counter (index, step, member), in a form that loops are
/// made vector code with.
PARAPET_INLINE WideBlock wide_philox(std::uint64_t index, std::uint32_t step, std::uint32_t member,
                                     const std::array<std::uint32_t, 2>& key) {
  WideBlock block = {{index & philox_detail::low_half, index >> 32U, step, member}};
  philox_detail::apply_rounds(block, key, std::make_integer_sequence<std::uint32_t, 10>());
  return block;
}

}  // namespace parapet
