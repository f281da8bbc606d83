#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/communicator.hpp"
#include "base/processors.hpp"

namespace parapet {

/// A sum of doubles each of which is at most a bound in size. Every term is rounded to a multiple
/// of 2⁻⁵⁰ of the bound and these are added as whole numbers, so that the sum depends neither on
/// the order of the terms nor on how ranks divide them. Where a BoundedSum rounds to a fraction of
/// the bound of the whole sum, this one rounds to that of one term: the mean of any number of terms
/// is within 2⁻⁵¹ of the bound. An addition and three operations on whole numbers a term, in loops
/// that become vector code. Whether the bound held is told by `largest`. Up to 2⁶⁰ terms.
class FixedPointSum {
 public:
  /// The bound is the power of two at or above `least_bound`, and at least 2⁻⁹⁰⁰.
  explicit FixedPointSum(double least_bound = 1.0)
      : bound_(
            std::exp2(std::ceil(std::log2(std::fmin(std::fmax(least_bound, 0x1p-900), 0x1p900))))) {
  }

  PARAPET_INLINE void add(std::span<const double> terms) {
    constexpr std::size_t most = 4096;  // of 2⁵⁰ each fit into 64 bits
    for (std::size_t at = 0; at < terms.size(); at += most) {
      add_few(terms.data() + at, std::min(most, terms.size() - at));
    }
  }
  void add(const FixedPointSum& other) {
    sum_ += other.sum_;
    largest_ = std::max(largest_, other.largest_);
  }

  /// Adds up the sums of all ranks in each place, on every rank. Collective.
  static void reduce(const Communicator& communicator, std::span<FixedPointSum> sums);

  double value() const { return static_cast<double>(sum_) * spacing(); }
  /// Of the terms' absolute values; NaN or infinite where one is.
  double largest() const { return std::bit_cast<double>(largest_); }
  double bound() const { return bound_; }
  bool holds() const { return largest() <= bound_; }

 private:
  __extension__ using Wide = __int128;

  double spacing() const { return bound_ * 0x1p-50; }

  PARAPET_INLINE void add_few(const double* terms, std::size_t count) {
    // Between 4 and 8 times the bound the spacing of doubles is what terms are rounded to, and the
    // difference of two numbers' bits how many spacings lie between them.
    const double shift = 6.0 * bound_;
    std::uint64_t sum = 0;
    std::int64_t largest = largest_;
    for (std::size_t i = 0; i < count; ++i) {
      sum += std::bit_cast<std::uint64_t>(terms[i] + shift);
      const std::int64_t size = std::bit_cast<std::int64_t>(terms[i]) & 0x7fffffffffffffff;
      largest = size > largest ? size : largest;
    }
    sum -= count * std::bit_cast<std::uint64_t>(shift);
    sum_ += static_cast<std::int64_t>(sum);
    largest_ = largest;
  }

  double bound_;
  Wide sum_ = 0;              ///< in units of `spacing`
  std::int64_t largest_ = 0;  ///< the bits of the largest size, which are ordered as sizes are
};

}  // namespace parapet
