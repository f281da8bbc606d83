#pragma once

#include <cmath>
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
  return fmt::format("{} x {} x {} points, dealiasing {}", grid.points[0], grid.points[1],
                     grid.points[2], static_cast<int>(options.dealiasing));
}

}  // namespace parapet::testing_support
