#include "methods/particles/systems/stein_sums.hpp"

#include <algorithm>
#include <vector>

#include "base/elementary.hpp"
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

}  // namespace parapet
