#pragma once

#include <cmath>
#include <span>

namespace parapet {

/// A sum of doubles whose sizes add up to at most a bound known beforehand. Every term is first
/// rounded to a multiple of 2⁻⁵² of the bound; the sum of these is exact, so that it depends
/// neither on the order of the terms nor on how ranks divide them, and takes four additions a term
/// where an ExactSum takes thirty operations (pre-rounding: Demmel & Nguyen, "Fast reproducible
/// floating-point summation", ARITH 21 (2013), § IV). The error is at most half such a multiple a
/// term. Whether the bound held is told by `size`, which is reproducible as well: it exceeds
/// `bound` on all divisions or on none. Needs IEEE arithmetic as written (no -ffast-math).
class BoundedSum {
 public:
  /// The bound is the power of two at or above `least_bound`, and at least 2⁻⁹⁰⁰.
  explicit BoundedSum(double least_bound)
      : bound_(
            std::exp2(std::ceil(std::log2(std::fmin(std::fmax(least_bound, 0x1p-900), 0x1p900))))),
        shift_(1.5 * bound_) {}

  /// Terms that are not negative: their sum is their size.
  void add_positive(std::span<const double> terms) {
    constexpr std::size_t lanes = 4;  // independent chains of additions
    double value[lanes] = {};
    const std::size_t whole = terms.size() - terms.size() % lanes;
    for (std::size_t i = 0; i < whole; i += lanes) {
      for (std::size_t lane = 0; lane < lanes; ++lane) value[lane] += rounded(terms[i + lane]);
    }
    for (std::size_t i = whole; i < terms.size(); ++i) value[0] += rounded(terms[i]);
    const double sum = (value[0] + value[1]) + (value[2] + value[3]);
    value_ += sum;
    size_ += sum;
  }

  void add(std::span<const double> terms) {
    constexpr std::size_t lanes = 4;
    double value[lanes] = {}, size[lanes] = {};
    const std::size_t whole = terms.size() - terms.size() % lanes;
    for (std::size_t i = 0; i < whole; i += lanes) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const double term = rounded(terms[i + lane]);
        value[lane] += term;
        size[lane] += std::abs(term);
      }
    }
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      value_ += value[lane];
      size_ += size[lane];
    }
    for (std::size_t i = whole; i < terms.size(); ++i) {
      value_ += rounded(terms[i]);
      size_ += std::abs(rounded(terms[i]));
    }
  }

  double value() const { return value_; }
  double size() const { return size_; }  ///< sum of the terms' absolute values
  double bound() const { return bound_; }

 private:
  // Adding 1.5 · bound leaves the spacing of doubles there, 2⁻⁵² bound, as the last place.
  double rounded(double term) const { return (term + shift_) - shift_; }

  double bound_, shift_;
  double value_ = 0.0, size_ = 0.0;
};

}  // namespace parapet
