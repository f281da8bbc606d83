#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "base/communicator.hpp"

namespace parapet {

/// The spacing of forces that are added up as whole multiples of it, so that neither their order
/// nor the ranks they are found on show. It follows the largest force of a pair, f, and on a
/// particle, F: at most 16 times the largest of f 2⁻⁵⁰, N f 2⁻⁶² and F 2⁻⁵². The bounds that decide
/// it belong to the state of a run.
class ForceRounding {
 public:
  /// Of f and F.
  struct Bounds {
    double of_pair = 1.0, of_sum = 1.0;
  };

  const Bounds& bounds() const { return bounds_; }
  void restore(const Bounds& bounds) { bounds_ = bounds; }

  /// A power of two.
  double spacing(double particles) const { return spacing(bounds_, particles); }

  /// What whole numbers say of the forces on this rank's `count` particles, those of one axis after
  /// another, of `particles` on all ranks; `largest` are the bits of the largest component of a
  /// pair on this rank. Whether the bounds held and were not far too wide: else they follow what
  /// was met, and the sums are to be made again. A force that is not finite makes all NaN.
  /// Collective; all ranks decide the same.
  bool settle(const Communicator& ranks, std::span<const std::uint64_t> sums, std::size_t count,
              double particles, std::int64_t largest, std::span<double* const> force) {
    const double unit = spacing(particles);
    std::array<double, 2> most = {0.0, 0.0};
    for (std::size_t c = 0; c < force.size(); ++c) {
      for (std::size_t i = 0; i < count; ++i) {
        const double value = static_cast<double>(static_cast<std::int64_t>(sums[c * count + i]));
        force[c][i] = value * unit;
        most[1] = std::max(most[1], std::abs(force[c][i]));
      }
    }
    most[0] = std::bit_cast<double>(ranks.all_reduce(largest, Reduction::maximum));
    most[1] = ranks.all_reduce(most[1], Reduction::maximum);
    if (most[0] < 0x1p800) return decide(most, particles);
    for (double* const component : force) {
      std::fill_n(component, count, std::numeric_limits<double>::quiet_NaN());
    }
    return true;
  }

 private:
  static double spacing(const Bounds& bounds, double particles) {
    const double least = std::max(
        {bounds.of_pair * 0x1p-50, particles * bounds.of_pair * 0x1p-62, bounds.of_sum * 0x1p-52});
    return std::exp2(std::ceil(std::log2(std::clamp(least, 0x1p-950, 0x1p900))));
  }

  bool decide(const std::array<double, 2>& largest, double particles) {
    const Bounds met = {2.0 * largest[0], 2.0 * largest[1]};
    if (!(largest[0] <= bounds_.of_pair)) {
      bounds_.of_pair = met.of_pair;  // the sums mean nothing
      return false;
    }
    if (!(largest[1] <= bounds_.of_sum)) {
      bounds_.of_sum = met.of_sum;
      return false;
    }
    if (4.0 * spacing(met, particles) >= spacing(bounds_, particles)) return true;
    bounds_ = met;
    return false;
  }

  Bounds bounds_;
};

}  // namespace parapet
