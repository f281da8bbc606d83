#pragma once

#include <cmath>
#include <numbers>
#include <vector>

#include "reference_transform.hpp"

namespace parapet::testing_support {

/// The grid of the field that walls mirror: twice as long along axes between walls, periodic.
inline Grid mirrored(const Grid& grid) {
  Grid whole = grid;
  for (std::size_t a = 0; a < 3; ++a) {
    if (grid.is_periodic[a]) continue;
    whole.points[a] *= 2;
    whole.length[a] *= 2.0;
    whole.is_periodic[a] = true;
  }
  return whole;
}

/// ReferenceTransform of a field continued evenly across the walls of a grid. Its coefficients are
/// those of exp(i Σ_a k_a unit_a (x_a − lower_a)): between walls x is counted from the wall, half a
/// spacing before the first point.
class MirroredReference {
 public:
  explicit MirroredReference(const Grid& grid) : grid_(grid), whole(mirrored(grid)) {}

  /// The point of the grid that a point of the mirrored one is the image of.
  std::size_t original(std::size_t index) const {
    auto rest = static_cast<std::int64_t>(index);
    std::array<std::int64_t, 3> place{};
    for (std::size_t a = 3; a-- > 0;) {
      const std::int64_t n = grid_.points[a], all = grid_.is_periodic[a] ? n : 2 * n;
      place[a] = rest % all;
      if (place[a] >= n) place[a] = all - 1 - place[a];
      rest /= all;
    }
    return static_cast<std::size_t>((place[0] * grid_.points[1] + place[1]) * grid_.points[2] +
                                    place[2]);
  }

  /// What a coefficient of the points' transform is to be multiplied with.
  Complex shift(const std::array<std::int64_t, 3>& wavenumber) const {
    double angle = 0.0;
    for (std::size_t a = 0; a < 3; ++a) {
      if (grid_.is_periodic[a]) continue;
      angle -= std::numbers::pi * static_cast<double>(wavenumber[a]) /
               static_cast<double>(2 * grid_.points[a]);
    }
    return std::polar(1.0, angle);
  }

 private:
  Grid grid_;

 public:
  ReferenceTransform whole;
};

}  // namespace parapet::testing_support
