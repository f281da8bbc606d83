#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace parapet {

/// ∫ f dt over samples that arrive one by one at uneven times: between two samples f is the cubic
/// through the last four, so the integral is of fourth order; over fewer than four samples it is
/// that of the polynomial through all.
class CubicQuadrature {
 public:
  static constexpr std::size_t number_count = 8;

  void add(double time, double value);
  /// From the first sample to the last.
  double integral() const;
  /// Whether four samples are there.
  bool has_full_order() const { return count_ > 3.0; }

  std::array<double, number_count> to_numbers() const;
  static CubicQuadrature from_numbers(std::span<const double, number_count> numbers);

 private:
  double count_ = 0.0;
  double settled_ = 0.0;  ///< integral up to the last sample, from the fourth on
  std::array<double, 3> times_{}, values_{};  ///< of the last three samples, oldest first
};

}  // namespace parapet
