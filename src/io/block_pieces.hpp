#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/digest.hpp"
#include "grid/grid.hpp"

namespace parapet {

using Shape = std::array<std::int64_t, 3>;

/// C-order index in an array of `shape` of the point at `offset` from the origin.
constexpr std::int64_t linear_index(const Shape& shape, const Shape& offset) {
  return (offset[0] * shape[1] + offset[1]) * shape[2] + offset[2];
}

/// A maximal run of a block's points that are neighbours both in the block and in the whole array.
struct Run {
  std::int64_t in_array = 0;  ///< C-order index of its first point in the whole array
  std::int64_t in_block = 0;  ///< and in the block
  std::int64_t count = 0;
};

/// Number of points in each run of `block` in an array of `shape`; 0 for an empty block.
inline std::int64_t run_length(const Shape& shape, const Box& block) {
  if (block.count[2] != shape[2]) return block.size() == 0 ? 0 : block.count[2];
  if (block.count[1] != shape[1]) return block.size() == 0 ? 0 : block.count[1] * shape[2];
  return block.size();
}

/// Calls visit(Run) for every run of the block, in order.
template <class F>
void for_each_run(const Shape& shape, const Box& block, F&& visit) {
  const std::int64_t length = run_length(shape, block);
  if (length == 0) return;
  const std::int64_t rows = block.size() / length;
  // A run covers whole x-planes, whole y-rows or part of one; `per_plane` runs make up one plane.
  const std::int64_t per_plane =
      length >= block.count[1] * block.count[2] ? 1 : block.count[1] * block.count[2] / length;
  for (std::int64_t row = 0; row < rows; ++row) {
    const Shape corner{block.offset[0] + row / per_plane, block.offset[1] + row % per_plane,
                       block.offset[2]};
    visit(Run{linear_index(shape, corner), row * length, length});
  }
}

/// Divides a block into blocks of at most `most` points (≥ 1), by its slowest axes first, in C
/// order.
std::vector<Box> pieces_of(const Box& block, std::int64_t most);

/// Throws Failure(internal_error) unless `block` lies in an array of `shape`.
void require_inside(const Shape& shape, const Box& block);

/// Adds values to the digest whose C-order index in the whole array starts at `first`.
void add_to(Digest& digest, std::span<const float> values, std::uint64_t first);
void add_to(Digest& digest, std::span<const double> values, std::uint64_t first);

/// Rounds to single precision and adds what is stored to the digest, in one pass; `narrowed` has
/// room for all values.
void narrow_and_add_to(Digest& digest, std::span<const double> values, std::uint64_t first,
                       float* narrowed);

}  // namespace parapet
