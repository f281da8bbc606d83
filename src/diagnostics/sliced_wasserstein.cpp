#include "diagnostics/sliced_wasserstein.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "diagnostics/wasserstein.hpp"

namespace parapet {

namespace {

constexpr int angles = 32;

/// The distribution of the sum of up to three numbers that are uniform between ∓half their widths.
class UniformSum {
 public:
  explicit UniformSum(std::array<double, 3> widths, double least) {
    for (const double width : widths) {
      if (width > least) widths_[count_++] = width;
    }
    for (std::size_t i = 0; i < count_; ++i) {
      reach_ += 0.5 * widths_[i];
      scale_ *= widths_[i] * static_cast<double>(i + 1);
    }
  }

  double reach() const { return reach_; }

  /// Differences of (s ± …)₊ᵏ/k! over all the widths.
  double below(double s) const {
    if (s >= reach_) return 1.0;
    double sum = 0.0;
    for (std::size_t corner = 0; corner < (std::size_t{1} << count_); ++corner) {
      double at = s, sign = 1.0;
      for (std::size_t i = 0; i < count_; ++i) {
        const bool is_lower = ((corner >> i) & 1) != 0;
        at += is_lower ? -0.5 * widths_[i] : 0.5 * widths_[i];
        if (is_lower) sign = -sign;
      }
      if (at > 0.0) sum += sign * (count_ == 1 ? at : count_ == 2 ? at * at : at * at * at);
    }
    return sum / scale_;
  }

 private:
  std::array<double, 3> widths_{};
  std::size_t count_ = 0;
  double reach_ = 0.0, scale_ = 1.0;
};

/// The line that the cells of a grid are projected on, in bins.
class Slice {
 public:
  Slice(const Grid& grid, const std::array<double, 3>& along)
      : grid_(grid), along_(along), cell_(widths(grid, along), 1e-9 * shortest(grid)) {
    double end = 0.0;
    for (int a = 0; a < grid.dimensions; ++a) {
      const double first = component(a) * grid.coordinate(a, 0);
      const double last =
          component(a) * grid.coordinate(a, grid.points[static_cast<std::size_t>(a)] - 1);
      begin_ += std::min(first, last), end += std::max(first, last);
    }
    begin_ -= cell_.reach(), end += cell_.reach();
    width_ = shortest(grid) / (grid.dimensions == 1 ? 1.0 : 2.0);
    bins_ = static_cast<std::size_t>(std::max(1.0, std::ceil((end - begin_) / width_ - 1e-6)));
  }

  double width() const { return width_; }

  /// What the bins hold.
  std::vector<double> project(std::span<const double> density) const {
    std::vector<double> held(bins_, 0.0);
    std::size_t cell = 0;
    for (std::int64_t i = 0; i < grid_.points[0]; ++i) {
      for (std::int64_t j = 0; j < grid_.points[1]; ++j) {
        for (std::int64_t k = 0; k < grid_.points[2]; ++k, ++cell) {
          if (density[cell] != 0.0) add(density[cell], middle({i, j, k}), held);
        }
      }
    }
    return held;
  }

 private:
  static double shortest(const Grid& grid) {
    double least = grid.spacing(0);
    for (int a = 1; a < grid.dimensions; ++a) least = std::min(least, grid.spacing(a));
    return least;
  }
  static std::array<double, 3> widths(const Grid& grid, const std::array<double, 3>& along) {
    std::array<double, 3> all{};
    for (int a = 0; a < grid.dimensions; ++a) {
      const auto axis = static_cast<std::size_t>(a);
      all[axis] = std::abs(along[axis]) * grid.spacing(a);
    }
    return all;
  }
  double component(int axis) const { return along_[static_cast<std::size_t>(axis)]; }
  double middle(const std::array<std::int64_t, 3>& cell) const {
    double at = 0.0;
    for (int a = 0; a < grid_.dimensions; ++a) {
      at += component(a) * grid_.coordinate(a, cell[static_cast<std::size_t>(a)]);
    }
    return at;
  }
  void add(double mass, double middle, std::vector<double>& held) const {
    const double first = std::max(0.0, std::floor((middle - cell_.reach() - begin_) / width_));
    double before = 0.0;
    for (auto bin = static_cast<std::size_t>(first); bin < bins_ && before < 1.0; ++bin) {
      const double end = begin_ + static_cast<double>(bin + 1) * width_ - middle;
      const double up_to = bin + 1 == bins_ ? 1.0 : cell_.below(end);
      held[bin] += mass * (up_to - before);
      before = up_to;
    }
  }

  const Grid& grid_;
  std::array<double, 3> along_;
  UniformSum cell_;
  double begin_ = 0.0, width_ = 1.0;
  std::size_t bins_ = 1;
};

/// Of one direction: W₁, W₂² and the expected W₁.
std::array<double, 3> distances(const Slice& slice, std::span<const double> a,
                                std::span<const double> b, double draws) {
  const auto of_a = slice.project(a), of_b = slice.project(b);
  double sum_a = 0.0, sum_b = 0.0, up_to_a = 0.0, up_to_b = 0.0;
  for (std::size_t i = 0; i < of_a.size(); ++i) sum_a += of_a[i], sum_b += of_b[i];
  std::array<double, 3> found{0.0, squared_wasserstein(of_a, of_b, slice.width()), 0.0};
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    up_to_a += of_a[i] / sum_a, up_to_b += of_b[i] / sum_b;
    found[0] += std::abs(up_to_a - up_to_b) * slice.width();
    const double spread = std::max(0.0, up_to_b * (1.0 - up_to_b));
    found[2] += std::sqrt(2.0 * spread / (std::numbers::pi * draws)) * slice.width();
  }
  return found;
}

void add_permutations(std::array<double, 3> one, double weight, std::vector<Direction>& all) {
  std::ranges::sort(one);
  do {
    for (const int signs : {0, 1, 2, 3}) {
      std::array<double, 3> along = one;
      // One of each opposite pair: the first entry that is not 0 stays positive.
      std::size_t first = 0;
      while (along[first] == 0.0) ++first;
      bool is_new = true;
      for (std::size_t a = first + 1, bit = 0; a < 3; ++a, ++bit) {
        if (((signs >> bit) & 1) != 0) along[a] = -along[a];
      }
      for (const Direction& known : all) is_new = is_new && known.along != along;
      if (is_new) all.push_back({along, weight});
    }
  } while (std::ranges::next_permutation(one).found);
}

}  // namespace

std::vector<Direction> slicing_directions(int dimensions) {
  if (dimensions == 1) return {{{1.0, 0.0, 0.0}, 1.0}};
  std::vector<Direction> all;
  if (dimensions == 2) {
    for (int k = 0; k < angles; ++k) {
      const double angle = std::numbers::pi * k / angles;
      all.push_back({{std::cos(angle), std::sin(angle), 0.0}, 1.0 / angles});
    }
    return all;
  }
  const double edge = std::sqrt(1.0 / 2.0), corner = std::sqrt(1.0 / 3.0);
  const double low = std::sqrt(1.0 / 11.0), high = 3.0 * low;
  add_permutations({0.0, 0.0, 1.0}, 8.0 / 315.0, all);
  add_permutations({0.0, edge, edge}, 128.0 / 2835.0, all);
  add_permutations({corner, corner, corner}, 27.0 / 640.0, all);
  add_permutations({low, low, high}, 14641.0 / 362880.0, all);
  return all;
}

SlicedDistance sliced_distance(const Communicator& ranks, const Grid& grid,
                               std::span<const double> a, std::span<const double> b, double draws) {
  const auto directions = slicing_directions(grid.dimensions);
  std::vector<double> found(3 * directions.size(), 0.0);
  for (auto n = static_cast<std::size_t>(ranks.rank()); n < directions.size();
       n += static_cast<std::size_t>(ranks.size())) {
    std::ranges::copy(distances(Slice(grid, directions[n].along), a, b, draws), &found[3 * n]);
  }
  ranks.all_reduce(std::span<double>(found), Reduction::sum);
  SlicedDistance mean;
  for (std::size_t n = 0; n < directions.size(); ++n) {
    const double weight = directions[n].weight;
    mean.w1 += weight * found[3 * n], mean.w2 += weight * found[3 * n + 1];
    mean.expected_w1 += weight * found[3 * n + 2];
  }
  mean.w2 = std::sqrt(mean.w2);
  return mean;
}

}  // namespace parapet
