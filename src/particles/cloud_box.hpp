#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/processors.hpp"

namespace parapet {

/// Cells of a box along d axes with one more layer around them, whose particles are clouds of a
/// cell's size (cloud in cell, Hockney & Eastwood 1981, § 5). Arrays over it hold the last axis
/// contiguously, the layers included.
template <int d>
struct CloudBox {
  /// Cells have the middles lower + (n + first) / per_length, n the cell's number in the grid.
  std::array<double, d> lower, per_length, first;
  std::array<std::int64_t, d> begin, count;  ///< of the box, in the grid's numbers

  static constexpr int corners = 1 << d;
  /// Whole parts of a particle along an axis: of 10⁸ in one cell the sum is still below 2⁶⁴.
  static constexpr double parts = d == 1 ? 0x1p30 : d == 2 ? 0x1p16 : 0x1p10;
  /// Those of a whole particle.
  static constexpr double parts_of_one = d == 1   ? parts
                                         : d == 2 ? parts * parts
                                                  : parts * parts * parts;

  std::array<std::int64_t, d> strides() const {
    std::array<std::int64_t, d> stride;
    std::int64_t cells = 1;
    for (int a = d - 1; a >= 0; --a) stride[a] = cells, cells *= count[a] + 2;
    return stride;
  }
  std::size_t size() const {
    std::size_t cells = 1;
    for (const std::int64_t n : count) cells *= static_cast<std::size_t>(n) + 2;
    return cells;
  }
};

namespace cloud_detail {

inline constexpr std::size_t chunk = 256;  // whose shares and weights stay in the first cache

/// A whole number from 0 to below 2⁵² as bits: vector instructions of all processors do that.
PARAPET_INLINE std::uint64_t whole(double x) {
  return std::bit_cast<std::uint64_t>(x + 0x1p52) & 0xfffffffffffff;
}
/// Rounded downwards, |x| < 2⁵¹.
PARAPET_INLINE double rounded_down(double x) {
  const double near = (x + 0x1.8p52) - 0x1.8p52;
  return near > x ? near - 1.0 : near;
}

/// The first of the two cells of an axis that share a particle, counted from the layer before the
/// box, and the share of the second, from 0 to 1. Places beyond the layers count as theirs, NaN as
/// the lower one's.
struct Cloud {
  double cell, share;
};

template <int d>
PARAPET_INLINE Cloud cloud_at(const CloudBox<d>& box, int axis, double x) {
  const double at = (x - box.lower[axis]) * box.per_length[axis] - box.first[axis];
  const double least = static_cast<double>(box.begin[axis] - 1);
  const double most = static_cast<double>(box.begin[axis] + box.count[axis] - 1);
  const double raised = at >= least ? at : least,
               inside = raised <= most + 1.0 ? raised : most + 1.0;
  const double below = rounded_down(inside), cell = below <= most ? below : most;
  return {cell - least, inside - cell};
}

/// Of some particles: the place of the lowest corner in arrays over a box, and the second cell's
/// share along each axis.
template <int d>
struct Clouds {
  alignas(64) std::array<std::uint64_t, chunk> place;
  alignas(64) std::array<std::array<double, chunk>, d> share;

  PARAPET_INLINE void find(const CloudBox<d>& all, const std::array<const double*, d>& x,
                           std::size_t from, std::size_t n) {
    const CloudBox<d> box = all;
    const auto strides = box.strides();
    std::array<double, d> stride;
    for (int a = 0; a < d; ++a) stride[a] = static_cast<double>(strides[a]);
    PARAPET_INDEPENDENT
    for (std::size_t i = 0; i < n; ++i) {
      double first = 0.0;
      for (int a = 0; a < d; ++a) {
        const Cloud cloud = cloud_at(box, a, x[a][from + i]);
        first += cloud.cell * stride[a];
        share[a][i] = cloud.share;
      }
      place[i] = whole(first);
    }
  }
};

template <int d>
using Weights = std::array<std::array<std::uint64_t, chunk>, CloudBox<d>::corners>;

/// How many parts each corner has; of particles that are gone, none. Where nobody can be, no loop
/// asks: a load that is masked out takes a processor hundreds of cycles where there is no memory.
template <bool can_be_gone, int d>
PARAPET_INLINE void find_weights(const Clouds<d>& clouds, const double* is_there, std::size_t n,
                                 Weights<d>& weight) {
  constexpr double parts = CloudBox<d>::parts;
  PARAPET_INDEPENDENT
  for (std::size_t i = 0; i < n; ++i) {
    std::array<std::array<double, 2>, d> share;
    for (int a = 0; a < d; ++a) {
      const double second = rounded_down(clouds.share[a][i] * parts + 0.5);
      share[a] = {parts - second, second};
    }
    for (int corner = 0; corner < CloudBox<d>::corners; ++corner) {
      double product = 1.0;
      if constexpr (can_be_gone) product = is_there[i] != 0.0 ? 1.0 : 0.0;
      for (int a = 0; a < d; ++a) product *= share[a][corner >> a & 1];
      weight[corner][i] = whole(product);
    }
  }
}

template <int d>
std::array<std::int64_t, CloudBox<d>::corners> corner_places(const CloudBox<d>& box) {
  const auto stride = box.strides();
  std::array<std::int64_t, CloudBox<d>::corners> place{};
  for (int corner = 0; corner < CloudBox<d>::corners; ++corner) {
    for (int a = 0; a < d; ++a) place[corner] += (corner >> a & 1) * stride[a];
  }
  return place;
}

}  // namespace cloud_detail

/// Adds the parts of each particle to the cells of an array over the box: whole numbers, in which
/// no order of particles shows. A particle counts where `is_there` is not 0; null: all do.
template <int d>
void add_clouds(const CloudBox<d>& box, const std::array<const double*, d>& x,
                const double* is_there, std::size_t particles, std::uint64_t* sums,
                Processor processor = this_processor()) {
  namespace detail = cloud_detail;
  const auto corner = detail::corner_places(box);
  detail::Clouds<d> clouds;
  alignas(64) detail::Weights<d> weight;
  for (std::size_t from = 0; from < particles; from += detail::chunk) {
    const std::size_t n = std::min(detail::chunk, particles - from);
    const double* const there = is_there == nullptr ? nullptr : is_there + from;
    run_compiled_for(
        processor, [&]() __attribute__((always_inline)) {
          clouds.find(box, x, from, n);
          if (there != nullptr) {
            detail::find_weights<true, d>(clouds, there, n, weight);
          } else {
            detail::find_weights<false, d>(clouds, there, n, weight);
          }
        });
    for (std::size_t i = 0; i < n; ++i) {
      std::uint64_t* const cell = sums + clouds.place[i];
      for (std::size_t c = 0; c < corner.size(); ++c) cell[corner[c]] += weight[c][i];
    }
  }
}

/// A vector at each cell of a CloudBox, padded to what a register holds: so many doubles.
template <int d>
inline constexpr int cloud_vector = d == 3 ? 4 : d;

/// Adds to `sum` the vectors of the cells around each particle, weighted by its shares of them.
template <int d>
void add_interpolated(const CloudBox<d>& box, const double* field,
                      const std::array<const double*, d>& x, std::size_t particles,
                      const std::array<double*, d>& sum, Processor processor = this_processor()) {
  namespace detail = cloud_detail;
  constexpr int width = cloud_vector<d>;
  using Register [[gnu::vector_size(8 * width)]] = double;
  const auto corner = detail::corner_places(box);
  detail::Clouds<d> clouds;
  for (std::size_t from = 0; from < particles; from += detail::chunk) {
    const std::size_t n = std::min(detail::chunk, particles - from);
    run_compiled_for(
        processor, [&]() __attribute__((always_inline)) {
          clouds.find(box, x, from, n);
          for (std::size_t i = 0; i < n; ++i) {
            const double* const cell = field + width * clouds.place[i];
            Register value[CloudBox<d>::corners];
            for (int c = 0; c < CloudBox<d>::corners; ++c) {
              __builtin_memcpy(&value[c], cell + width * corner[c], sizeof(Register));
            }
            for (int a = d - 1; a >= 0; --a) {
              const double share = clouds.share[a][i];
              for (int c = 0; c < 1 << a; ++c) value[c] += share * (value[c + (1 << a)] - value[c]);
            }
            for (int a = 0; a < d; ++a) sum[a][from + i] += value[0][a];
          }
        });
  }
}

}  // namespace parapet
