#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace parapet {

/// A row of bins next to each other along the last axis, as first and last place of what is in it.
struct BinRange {
  std::size_t begin = 0, end = 0;
};

/// Bins over the box that a rank's particles lie in, with layers around it for those near (linked
/// cells, Hockney & Eastwood 1981, § 8.4): two places within the cutoff are at most `reach` bins
/// from each other along each axis.
template <int d>
class NearBins {
 public:
  /// `lower` and `upper` bound `count` particles. Fine bins, of half the cutoff, have pairs that
  /// are too far apart less often, and shorter rows.
  NearBins(const std::array<double, d>& lower, const std::array<double, d>& upper,
           std::size_t count, double cutoff, bool is_fine)
      : lower_(lower) {
    const double wide = cutoff * (1.0 + 1e-9);  // lest rounding puts a pair a bin too far apart
    double volume = 1.0;
    for (std::size_t a = 0; a < d; ++a) volume *= std::max(upper[a] - lower[a], wide);
    const double least = is_fine ? 0.5 * wide : wide;
    const double size = std::max(least, std::pow(volume / std::max<double>(count, 1), 1.0 / d));
    for (std::size_t a = 0; a < d; ++a) {
      const double bins = std::max(std::floor((upper[a] - lower[a]) / size), 1.0);
      const double length = std::max((upper[a] - lower[a]) / bins, least);
      per_length_[a] = 1.0 / length;
      inside_[a] = static_cast<std::int64_t>(bins);
      if (length < wide) reach_ = 2;
    }
    std::size_t all = 1;
    for (std::size_t a = d; a-- > 0;) {
      stride_[a] = static_cast<std::int64_t>(all);
      all *= static_cast<std::size_t>(inside_[a] + 2 * reach_);
    }
    bins_ = all;
  }

  std::size_t bins() const { return bins_; }
  double volume() const {
    double product = 1.0;
    for (const double one : per_length_) product /= one;
    return product;
  }
  std::int64_t reach() const { return reach_; }

  /// Of a place in the box, its ends included.
  std::size_t bin_inside(const std::array<double, d>& x) const { return bin_of(x, 0); }
  /// Of one within the cutoff of the box.
  std::size_t bin_around(const std::array<double, d>& x) const { return bin_of(x, reach_); }

  /// How far the rows around a bin are from its own, which is the first; of each two opposite ones
  /// the later comes in the first half, of which there are `half`.
  struct Rows {
    std::vector<std::int64_t> offset;
    std::size_t half = 0;
  };
  Rows rows() const {
    Rows all{{0}, 1};
    for (const bool is_later : {true, false}) {
      for (std::int64_t i = d > 2 ? -reach_ : 0; i <= (d > 2 ? reach_ : 0); ++i) {
        for (std::int64_t j = d > 1 ? -reach_ : 0; j <= (d > 1 ? reach_ : 0); ++j) {
          const bool comes_later = i > 0 || (i == 0 && j > 0);
          if ((i == 0 && j == 0) || comes_later != is_later) continue;
          std::int64_t offset = 0;
          if constexpr (d > 2) offset += i * stride_[d - 3];
          if constexpr (d > 1) offset += j * stride_[d - 2];
          all.offset.push_back(offset);
        }
      }
      if (is_later) all.half = all.offset.size();
    }
    return all;
  }

 private:
  /// Of a place at most so many bins outside; others count as there.
  std::size_t bin_of(const std::array<double, d>& x, std::int64_t outside) const {
    std::int64_t bin = 0;
    for (std::size_t a = 0; a < d; ++a) {
      const double at = std::floor((x[a] - lower_[a]) * per_length_[a]);
      const auto first = static_cast<double>(-outside);
      const auto last = static_cast<double>(inside_[a] - 1 + outside);
      const double held = at > first ? std::min(at, last) : first;
      bin += (static_cast<std::int64_t>(held) + reach_) * stride_[a];
    }
    return static_cast<std::size_t>(bin);
  }

  std::array<double, d> lower_, per_length_{};
  std::array<std::int64_t, d> inside_{}, stride_{};
  std::int64_t reach_ = 1;
  std::size_t bins_ = 1;
};

/// Which of some things are in each bin: those of bin b are order[begin[b]] to
/// order[begin[b + 1] - 1].
struct BinOrder {
  std::vector<std::uint32_t> order;
  std::vector<std::uint32_t> begin;

  /// By their bins.
  static BinOrder of(std::span<const std::uint32_t> bin, std::size_t bins) {
    BinOrder all;
    all.begin.assign(bins + 1, 0);
    for (const std::uint32_t b : bin) ++all.begin[b + 1];
    for (std::size_t b = 0; b < bins; ++b) all.begin[b + 1] += all.begin[b];
    std::vector<std::uint32_t> next(all.begin.begin(), all.begin.end() - 1);
    all.order.resize(bin.size());
    for (std::size_t i = 0; i < bin.size(); ++i) {
      all.order[next[bin[i]]++] = static_cast<std::uint32_t>(i);
    }
    return all;
  }
  BinRange range(std::size_t first, std::size_t last) const {
    return {begin[first], begin[last + 1]};
  }
};

}  // namespace parapet
