#include "methods/particles/systems/stein_sums.hpp"

#include <algorithm>
#include <cmath>

#include "base/elementary.hpp"
#include "base/exact_sum.hpp"
#include "base/processors.hpp"
#include "particles/source_sum.hpp"

namespace parapet {

namespace {

constexpr std::size_t lanes = 32;

/// A few points and their sums, row by row.
struct Lanes {
  std::vector<double> x, sum;

  explicit Lanes(std::size_t d) : x(d * lanes), sum(d * lanes) {}

  // Lanes beyond the last point repeat it.
  void take(std::span<const double* const> from, std::size_t begin, std::size_t count) {
    for (std::size_t c = 0; c < from.size(); ++c) {
      for (std::size_t l = 0; l < lanes; ++l) {
        x[c * lanes + l] = from[c][begin + std::min(l, count - 1)];
      }
    }
    std::ranges::fill(sum, 0.0);
  }
  void give(std::span<double* const> to, std::size_t begin, std::size_t count) const {
    for (std::size_t c = 0; c < to.size(); ++c) {
      for (std::size_t l = 0; l < count; ++l) to[c][begin + l] = sum[c * lanes + l];
    }
  }
};

PARAPET_INLINE void add_source(double over_h, const GatheredRows& sources, std::size_t j,
                               std::size_t d, Lanes& at) {
  alignas(64) double k[lanes] = {};
  double *const x = at.x.data(), *const sum = at.sum.data();
  for (std::size_t c = 0; c < d; ++c) {
    const double y = sources.row(c)[j];
    for (std::size_t l = 0; l < lanes; ++l) {
      const double z = x[c * lanes + l] - y;
      k[l] += z * z;
    }
  }
  for (std::size_t l = 0; l < lanes; ++l) k[l] = elementary::exp(-over_h * k[l]);
  for (std::size_t c = 0; c < d; ++c) {
    const double y = sources.row(c)[j], g = sources.row(d + c)[j];
    PARAPET_INDEPENDENT
    for (std::size_t l = 0; l < lanes; ++l) {
      sum[c * lanes + l] += k[l] * (2.0 * over_h * (x[c * lanes + l] - y) - g);
    }
  }
}

/// Σ_j k₀(x_i, x_j): with z = x − y, q = 1 + |z|², s = −g,
///   k₀ = q^{−½} s·s' + q^{−3/2} (z·(s − s') + d) − 3 |z|² q^{−5/2}
PARAPET_INLINE double row_of_discrepancy(const GatheredRows& sources, std::size_t i, std::size_t d,
                                         std::vector<double>& square, std::vector<double>& slopes,
                                         std::vector<double>& across) {
  const std::size_t n = sources.count();
  for (auto* const row : {&square, &slopes, &across}) std::ranges::fill(*row, 0.0);
  for (std::size_t c = 0; c < d; ++c) {
    const double *const y = sources.row(c), *const g = sources.row(d + c);
    const double x = y[i], slope = g[i];
    for (std::size_t j = 0; j < n; ++j) {
      const double z = x - y[j];
      square[j] += z * z;
      slopes[j] += slope * g[j];
      across[j] += z * (g[j] - slope);
    }
  }
  const auto dimensions = static_cast<double>(d);
  for (std::size_t j = 0; j < n; ++j) {
    const double q = 1.0 / (1.0 + square[j]), root = std::sqrt(q);
    slopes[j] = root * (slopes[j] + q * (across[j] + dimensions - 3.0 * square[j] * q));
  }
  double sum = 0.0;
  for (std::size_t j = 0; j < n; ++j) sum += slopes[j];
  return sum;
}

}  // namespace

void add_stein_pairs(double h, std::span<const double* const> x, std::size_t count,
                     const GatheredRows& sources, std::span<double* const> sum) {
  const std::size_t d = x.size();
  Lanes at(d);
  for (std::size_t begin = 0; begin < count; begin += lanes) {
    const std::size_t n = std::min(lanes, count - begin);
    at.take(x, begin, n);
    run_compiled_for(
        this_processor(), [&]() __attribute__((always_inline)) {
          for (std::size_t j = 0; j < sources.count(); ++j) {
            add_source(1.0 / h, sources, j, d, at);
          }
        });
    at.give(sum, begin, n);
  }
}

double kernel_stein_discrepancy(const Communicator& ranks, const GatheredRows& sources,
                                std::size_t dimensions) {
  const std::size_t n = sources.count();
  std::vector<double> square(n), slopes(n), across(n), rows;
  const auto first = static_cast<std::size_t>(ranks.rank());
  for (std::size_t i = first; i < n; i += static_cast<std::size_t>(ranks.size())) {
    run_compiled_for(
        this_processor(), [&]() __attribute__((always_inline)) {
          rows.push_back(row_of_discrepancy(sources, i, dimensions, square, slopes, across));
        });
  }
  // Rounding may take a sum of nothing below 0.
  return std::sqrt(std::max(0.0, exact_sum(ranks, rows))) / static_cast<double>(n);
}

}  // namespace parapet
