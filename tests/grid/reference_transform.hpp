#pragma once

#include <cmath>
#include <complex>
#include <cstdint>
#include <vector>

#include <fftw3.h>

#include "base/digest.hpp"
#include "grid/spectral_transform.hpp"

namespace parapet::testing_support {

/// A value in (−1, 1) that depends on the point and the seed alone.
inline double scrambled(std::uint64_t index, std::uint64_t seed) {
  return static_cast<double>(mix_bits(index + mix_bits(seed + 1)) >> 11) * 0x1.0p-52 - 1.0;
}

/// The transform of the whole grid by one complex FFTW plan on every rank: what everything is
/// compared with.
class ReferenceTransform {
 public:
  explicit ReferenceTransform(const Grid& grid)
      : grid_(grid), values(static_cast<std::size_t>(grid.point_count())) {}

  void fill(std::uint64_t seed) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = scrambled(i, seed);
  }
  void to_modes() {
    run(FFTW_FORWARD);
    for (auto& value : values) value /= static_cast<double>(values.size());
  }
  void to_points() { run(FFTW_BACKWARD); }

  /// The coefficient of a wavenumber, which may be negative.
  Complex& at(const std::array<std::int64_t, 3>& wavenumber) {
    std::size_t index = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const std::int64_t n = grid_.points[axis];
      index = index * static_cast<std::size_t>(n) +
              static_cast<std::size_t>((wavenumber[axis] % n + n) % n);
    }
    return values[index];
  }
  /// Index of a point of this rank's block.
  std::size_t point_index(const Box& box, std::size_t local) const {
    const auto i = static_cast<std::int64_t>(local);
    const std::int64_t x = box.offset[0] + i / (box.count[1] * box.count[2]);
    const std::int64_t y = box.offset[1] + i / box.count[2] % box.count[1];
    const std::int64_t z = box.offset[2] + i % box.count[2];
    return static_cast<std::size_t>((x * grid_.points[1] + y) * grid_.points[2] + z);
  }

 private:
  void run(int sign) {
    std::vector<int> n;
    for (int axis = 0; axis < 3; ++axis) {
      n.push_back(static_cast<int>(grid_.points[static_cast<std::size_t>(axis)]));
    }
    auto* const data = reinterpret_cast<fftw_complex*>(values.data());
    fftw_plan plan = fftw_plan_dft(3, n.data(), data, data, sign, FFTW_ESTIMATE);
    fftw_execute(plan);
    fftw_destroy_plan(plan);
  }

  Grid grid_;

 public:
  std::vector<Complex> values;
};

}  // namespace parapet::testing_support
