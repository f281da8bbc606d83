#include "particles/space_division.hpp"

#include <algorithm>
#include <cmath>

namespace parapet {

SpaceDivision::SpaceDivision(const std::array<std::int64_t, 3>& points,
                             std::span<const std::uint64_t> counts, int ranks)
    : points_(points), boxes_(static_cast<std::size_t>(ranks)) {
  root_ = divide({{0, 0, 0}, points}, 0, ranks, counts);
}

int SpaceDivision::divide(const Box& box, int first, int ranks,
                          std::span<const std::uint64_t> counts) {
  if (ranks == 1) {
    boxes_[static_cast<std::size_t>(first)] = box;
    return -1 - first;
  }
  const auto longest = std::max_element(box.count.begin(), box.count.end());
  const auto axis = static_cast<std::size_t>(longest - box.count.begin());
  const int below = ranks / 2;
  const std::int64_t plane =
      plane_of(box, axis, static_cast<double>(below) / static_cast<double>(ranks), counts);
  Box lower = box, upper = box;
  lower.count[axis] = plane;
  upper.offset[axis] += plane, upper.count[axis] -= plane;
  const auto node = nodes_.size();
  nodes_.push_back({axis, upper.offset[axis], {0, 0}});
  const int one = divide(lower, first, below, counts);
  const int other = divide(upper, first + below, ranks - below, counts);
  nodes_[node].next = {one, other};
  return static_cast<int>(node);
}

/// How many layers of a box across an axis have about this share of its particles, of its layers
/// where there are none.
std::int64_t SpaceDivision::plane_of(const Box& box, std::size_t axis, double share,
                                     std::span<const std::uint64_t> counts) const {
  const std::int64_t layers = box.count[axis];
  if (layers < 2) return layers;
  std::vector<double> layer(static_cast<std::size_t>(layers), 0.0);
  for (std::int64_t i = 0; i < box.count[0]; ++i) {
    for (std::int64_t j = 0; j < box.count[1]; ++j) {
      for (std::int64_t k = 0; k < box.count[2]; ++k) {
        const std::array at{i, j, k};
        const std::int64_t cell =
            ((box.offset[0] + i) * points_[1] + box.offset[1] + j) * points_[2] + box.offset[2] + k;
        layer[static_cast<std::size_t>(at[axis])] +=
            static_cast<double>(counts[static_cast<std::size_t>(cell)]);
      }
    }
  }
  double all = 0.0;
  for (const double one : layer) all += one;
  if (all == 0.0) std::fill(layer.begin(), layer.end(), 1.0), all = static_cast<double>(layers);
  std::int64_t best = 1;
  double sum = layer[0], off = std::abs(sum - share * all);
  for (std::int64_t n = 2; n < layers; ++n) {
    sum += layer[static_cast<std::size_t>(n - 1)];
    if (std::abs(sum - share * all) < off) best = n, off = std::abs(sum - share * all);
  }
  return best;
}

int SpaceDivision::owner(const std::array<std::int64_t, 3>& cell) const {
  int at = root_;
  while (at >= 0) {
    const Node& node = nodes_[static_cast<std::size_t>(at)];
    at = node.next[cell[node.axis] < node.plane ? 0 : 1];
  }
  return -1 - at;
}

}  // namespace parapet
