#include "io/block_pieces.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/processors.hpp"

namespace parapet {

std::vector<Box> pieces_of(const Box& block, std::int64_t most) {
  if (block.size() == 0) return {};
  if (block.size() <= most) return {block};
  // Cut along the slowest axis that can be cut, in parts as thick as fit (at least one layer).
  std::size_t axis = 0;
  while (block.count[axis] == 1) ++axis;
  const std::int64_t layer = block.size() / block.count[axis];
  const std::int64_t thickness = std::max<std::int64_t>(1, most / layer);
  std::vector<Box> pieces;
  for (std::int64_t begin = 0; begin < block.count[axis]; begin += thickness) {
    Box part = block;
    part.offset[axis] += begin;
    part.count[axis] = std::min(thickness, block.count[axis] - begin);
    const auto smaller = pieces_of(part, most);
    pieces.insert(pieces.end(), smaller.begin(), smaller.end());
  }
  return pieces;
}

void require_inside(const Shape& shape, const Box& block) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const bool is_inside = block.offset[axis] >= 0 && block.count[axis] >= 0 &&
                           block.offset[axis] + block.count[axis] <= shape[axis];
    require(is_inside || block.size() == 0, ExitCode::internal_error,
            fmt::format("block [{}, +{}) leaves axis {} of {} points", block.offset[axis],
                        block.count[axis], axis, shape[axis]));
  }
}

PARAPET_FOR_EACH_PROCESSOR void add_to(Digest& digest, std::span<const float> values,
                                       std::uint64_t first) {
  Digest sum;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum.add_bits(std::bit_cast<std::uint32_t>(values[i]), first + i);
  }
  digest.add_partial(sum.value());
}

PARAPET_FOR_EACH_PROCESSOR void add_to(Digest& digest, std::span<const double> values,
                                       std::uint64_t first) {
  Digest sum;
  for (std::size_t i = 0; i < values.size(); ++i) sum.add(values[i], first + i);
  digest.add_partial(sum.value());
}

PARAPET_FOR_EACH_PROCESSOR void narrow_and_add_to(Digest& digest, std::span<const double> values,
                                                  std::uint64_t first, float* narrowed) {
  Digest sum;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<float>(values[i]);
    narrowed[i] = value;
    sum.add_bits(std::bit_cast<std::uint32_t>(value), first + i);
  }
  digest.add_partial(sum.value());
}

}  // namespace parapet
