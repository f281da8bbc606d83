#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <string>

#include <fmt/format.h>

#include "grid/spectral_transform.hpp"

namespace parapet::testing_support {

inline Grid line(std::int64_t n) {
  return {.dimensions = 1, .points = {n, 1, 1}};
}
inline Grid rectangle(std::int64_t nx, std::int64_t ny) {
  return {.dimensions = 2, .points = {nx, ny, 1}};
}
inline Grid cuboid(std::int64_t nx, std::int64_t ny, std::int64_t nz) {
  return {.dimensions = 3, .points = {nx, ny, nz}};
}

/// The largest error seen; NaN once it saw one.
struct Worst {
  double value = 0.0;
  void see(double error) {
    if (!(error <= value) && !std::isnan(value)) value = error;
  }
};

inline std::string describe(const Grid& grid, const SpectralTransform::Options& options) {
  std::string ends;
  for (const bool is_periodic : grid.is_periodic) ends += is_periodic ? 'p' : 'w';
  return fmt::format("{} x {} x {} points, {}, dealiasing {}", grid.points[0], grid.points[1],
                     grid.points[2], ends, static_cast<int>(options.dealiasing));
}

/// Calls act(k) for all |k_a| ≤ limits_a.
inline void for_each_wavenumber(
    const std::array<std::int64_t, 3>& limits,
    const std::function<void(const std::array<std::int64_t, 3>&)>& act) {
  for (std::int64_t kx = -limits[0]; kx <= limits[0]; ++kx) {
    for (std::int64_t ky = -limits[1]; ky <= limits[1]; ++ky) {
      for (std::int64_t kz = -limits[2]; kz <= limits[2]; ++kz) act({kx, ky, kz});
    }
  }
}

/// The largest |k_a| of the kept modes. Collective.
inline std::array<std::int64_t, 3> largest_wavenumbers(const SpectralTransform& transform) {
  std::array<std::int64_t, 3> largest{0, 0, 0};
  transform.for_each_mode([&](std::size_t, const Mode& mode) {
    for (std::size_t a = 0; a < 3; ++a) {
      largest[a] = std::max(largest[a], std::abs(mode.wavenumber[a]));
    }
  });
  transform.communicator().all_reduce(std::span<std::int64_t>(largest), Reduction::maximum);
  return largest;
}

}  // namespace parapet::testing_support
