#pragma once

#include <cstdint>

namespace parapet {

/// How ranks divide a grid: `first` parts of its first axis, `second` of its middle one.
struct ProcessGrid {
  int first = 1;
  int second = 1;
};

/// What is to be divided: planes and lines in physical space, and in spectral space.
struct Divisible {
  std::int64_t planes, lines;            ///< points along the first and the middle axis
  std::int64_t mode_planes, mode_lines;  ///< kept modes along the middle and the last axis
};

/// Slabs (second = 1) as long as every rank gets a plane in both spaces, otherwise the division
/// into pencils that leaves the most loaded rank the least.
ProcessGrid choose_process_grid(int ranks, const Divisible& work);

}  // namespace parapet
