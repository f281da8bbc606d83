#include "methods/volume/sweep.hpp"

#include <algorithm>

namespace parapet {

namespace {

constexpr std::ptrdiff_t longest_piece = 1024;     // of a row, whose faces stay in the first cache
constexpr std::ptrdiff_t cached_values = 3 << 14;  // of a layer, in the second
constexpr std::ptrdiff_t row_lanes = 8;

std::ptrdiff_t padded(std::ptrdiff_t count) {
  return (count + row_lanes - 1) / row_lanes * row_lanes;
}

bool has_neighbour(const CellGrid& cells, int axis, int side) {
  return cells.division().parts()[static_cast<std::size_t>(axis)] > 1 &&
         !cells.is_at_end(axis, side);
}

/// Takes up to `thickness` layers off one side of a box.
SweepBox cut(SweepBox& box, std::size_t along, int side, std::ptrdiff_t thickness) {
  SweepBox slab = box;
  slab.count[along] = std::min(thickness, box.count[along]);
  box.count[along] -= slab.count[along];
  if (side == 0) {
    box.begin[along] += slab.count[along];
  } else {
    slab.begin[along] += box.count[along];
  }
  return slab;
}

/// Appends a box in pieces of about equal size, at most `longest` cells along an axis.
void append(std::vector<SweepBox>& boxes, const SweepBox& box, std::size_t along,
            std::ptrdiff_t longest) {
  const std::ptrdiff_t pieces = (box.count[along] + longest - 1) / longest;
  for (std::ptrdiff_t p = 0; p < pieces; ++p) {
    SweepBox piece = box;
    const std::ptrdiff_t from = box.count[along] * p / pieces;
    piece.begin[along] += from;
    piece.count[along] = box.count[along] * (p + 1) / pieces - from;
    boxes.push_back(piece);
  }
}

std::vector<SweepBox> pieces_of(const SweepBox& box, bool has_layers, std::ptrdiff_t cached) {
  std::vector<SweepBox> rows, pieces;
  append(rows, box, 2, longest_piece);
  for (const SweepBox& row : rows) {
    const std::ptrdiff_t most = cached_values / (cached * padded(row.count[2]));
    append(pieces, row, 1, has_layers ? std::max<std::ptrdiff_t>(8, most) : box.count[1]);
  }
  return pieces;
}

}  // namespace

SweepAxes::SweepAxes(const CellGrid& cells) {
  const int dimensions = cells.grid().dimensions;
  for (int a = 0; a < dimensions; ++a) {
    Axis& one = all[static_cast<std::size_t>(3 - dimensions + a)];
    one = {a, true, cells.layout().stride[static_cast<std::size_t>(a)],
           1.0 / cells.grid().spacing(a)};
  }
}

SweepBoxes::SweepBoxes(const CellGrid& cells, std::ptrdiff_t reach, std::ptrdiff_t cached) {
  if (cells.cell_count() == 0) return;
  const int dimensions = cells.grid().dimensions;
  SweepBox rest;
  for (int a = 0; a < dimensions; ++a) {
    rest.count[static_cast<std::size_t>(3 - dimensions + a)] =
        cells.block().count[static_cast<std::size_t>(a)];
  }
  const auto add = [&](std::vector<SweepBox>& to, const SweepBox& box) {
    if (std::ranges::count(box.count, 0) > 0) return;
    const auto pieces = pieces_of(box, dimensions == 3, cached);
    to.insert(to.end(), pieces.begin(), pieces.end());
  };
  for (int a = 0; a < dimensions; ++a) {
    for (const int side : {0, 1}) {
      if (!has_neighbour(cells, a, side)) continue;
      add(rim, cut(rest, static_cast<std::size_t>(3 - dimensions + a), side, reach));
    }
  }
  add(interior, rest);
}

std::ptrdiff_t SweepBoxes::longest_row() const {
  std::ptrdiff_t longest = 0;
  for (const auto* boxes : {&interior, &rim}) {
    for (const SweepBox& box : *boxes) longest = std::max(longest, padded(box.count[2]));
  }
  return longest;
}

std::ptrdiff_t SweepBoxes::largest_layer() const {
  std::ptrdiff_t largest = 0;
  for (const auto* boxes : {&interior, &rim}) {
    for (const SweepBox& box : *boxes) {
      largest = std::max(largest, padded(box.count[2]) * box.count[1]);
    }
  }
  return largest;
}

}  // namespace parapet
