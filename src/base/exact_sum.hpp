#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/communicator.hpp"

namespace parapet {

/// The sum of any doubles, exact until it is rounded once at the end: it does not depend on the
/// order of the terms nor on how they are divided among ranks. The small superaccumulator of Neal,
/// "Fast exact summation using small and large superaccumulators", arXiv:1505.05571 (2015): a
/// fixed-point number that spans the range of double, in 64-bit limbs that overlap by half so that
/// carries can wait. Up to 2⁶³ terms.
class ExactSum {
 public:
  void add(double term) {
    const auto bits = std::bit_cast<std::uint64_t>(term);
    const auto exponent = static_cast<unsigned>(bits >> 52) & 0x7ffU;
    if (exponent == 0x7ffU) [[unlikely]]
      return add_special(term);
    // Subnormal numbers have the exponent of the smallest normal ones and no implicit bit.
    const std::uint64_t implicit = std::uint64_t{exponent != 0} << 52;
    const std::uint64_t mantissa = (bits & ((std::uint64_t{1} << 52) - 1)) | implicit;
    const unsigned position = exponent - (exponent != 0 ? 1U : 0U);
    const unsigned limb = position / limb_bits, shift = position % limb_bits;
    const std::uint64_t low = (mantissa << shift) & limb_mask;
    const std::uint64_t high = mantissa >> (limb_bits - shift);
    // All ones for a negative term: (x ^ sign) − sign is then −x.
    const auto sign = static_cast<std::int64_t>(bits) >> 63;
    limbs_[limb] += (static_cast<std::int64_t>(low) ^ sign) - sign;
    limbs_[limb + 1] += (static_cast<std::int64_t>(high) ^ sign) - sign;
    if (--room_ == 0) [[unlikely]]
      propagate_carries();
  }
  void add(std::span<const double> terms) {
    for (const double term : terms) add(term);
  }
  void add(const ExactSum& other);

  /// Adds up the sums of all ranks, on every rank. Collective.
  void reduce(const Communicator& communicator);

  /// The double nearest to the exact sum, ties to even; ±infinity when it is too large or when
  /// infinities of one sign were added; NaN when a NaN or infinities of both signs were. An empty
  /// sum is +0.
  double round() const;

 private:
  static constexpr unsigned limb_bits = 32;
  static constexpr std::uint64_t limb_mask = 0xffffffffU;
  // 2046 exponents over 64 limbs, one more for the high half of the last, one for the carries.
  static constexpr std::size_t limb_count = 66;
  // The high half of a term has at most 53 − 1 + 31 − 32 + 1 = 52 bits; a limb after
  // propagation 32.
  static constexpr int terms_between_carries = 1 << 10;

  void add_special(double term);
  void propagate_carries();

  std::array<std::int64_t, limb_count> limbs_{};  // Σ limbs_[i] · 2^(32 i − 1074)
  std::array<std::int64_t, 3> specials_{};        // how many NaN, +infinity, −infinity
  int room_ = terms_between_carries;
};

/// The exact sum of `terms` over all ranks. Collective.
double exact_sum(const Communicator& communicator, std::span<const double> terms);

}  // namespace parapet
