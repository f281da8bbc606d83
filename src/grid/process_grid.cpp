#include "grid/process_grid.hpp"

#include <algorithm>

namespace parapet {

namespace {

std::int64_t largest_part(std::int64_t total, int parts) {
  return (total + parts - 1) / parts;
}

}  // namespace

ProcessGrid choose_process_grid(int ranks, const Divisible& work) {
  if (ranks <= std::min(work.planes, work.mode_planes)) return {ranks, 1};
  ProcessGrid best{ranks, 1};
  double least = -1.0;
  for (int second = 1; second <= ranks; ++second) {
    if (ranks % second != 0) continue;
    const int first = ranks / second;
    // Shares of the whole work, in physical and in spectral space.
    const double load =
        static_cast<double>(largest_part(work.planes, first) * largest_part(work.lines, second)) /
            static_cast<double>(work.planes * work.lines) +
        static_cast<double>(largest_part(work.mode_planes, first) *
                            largest_part(work.mode_lines, second)) /
            static_cast<double>(work.mode_planes * work.mode_lines);
    if (least >= 0.0 && load >= least) continue;
    best = {first, second};
    least = load;
  }
  return best;
}

}  // namespace parapet
