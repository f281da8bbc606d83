#include "methods/stage_tiles.hpp"

#include <algorithm>

namespace parapet {

namespace {

BlockSide side_of(const CellGrid& cells, int axis, int side) {
  if (cells.division().parts()[static_cast<std::size_t>(axis)] == 1) {
    const bool is_periodic = cells.grid().is_periodic[static_cast<std::size_t>(axis)];
    return is_periodic ? BlockSide::wrapped : BlockSide::end;
  }
  return cells.is_at_end(axis, side) ? BlockSide::end : BlockSide::neighbour;
}

/// Equal extents, each of at most `most` indices.
std::vector<Extent> parts_of(const Extent& whole, std::int64_t most) {
  const std::int64_t count = (whole.count() + most - 1) / std::max<std::int64_t>(1, most);
  std::vector<Extent> parts;
  for (std::int64_t p = 0; p < count; ++p) {
    parts.push_back(
        {whole.begin + whole.count() * p / count, whole.begin + whole.count() * (p + 1) / count});
  }
  return parts;
}

/// The part of a tile from which no neighbour's cell is within so many layers.
Tile inner_part(const SweepAxes& axes, Tile tile, std::int64_t layers) {
  for (std::size_t a = 0; a < 3; ++a) {
    const std::int64_t reach = axes[a].radius > 0 ? layers : 0;
    if (axes[a].sides[0] == BlockSide::neighbour) {
      tile[a].begin = std::max(tile[a].begin, reach);
    }
    if (axes[a].sides[1] == BlockSide::neighbour) {
      tile[a].end = std::min(tile[a].end, axes[a].cells - reach);
    }
  }
  return tile;
}

bool is_empty(const Tile& tile) {
  return std::any_of(tile.begin(), tile.end(), [](const Extent& e) { return e.is_empty(); });
}

/// What is left of a tile without an inner part of it.
void add_rest(Tile tile, const Tile& inner, std::vector<Tile>& rest) {
  for (std::size_t a = 0; a < 3; ++a) {
    Tile below = tile, above = tile;
    below[a].end = inner[a].begin;
    above[a].begin = inner[a].end;
    for (const Tile& one : {below, above}) {
      if (!is_empty(one)) rest.push_back(one);
    }
    tile[a] = inner[a];
  }
}

bool has_neighbours(const SweepAxes& axes) {
  return std::any_of(axes.begin(), axes.end(), [](const SweepAxis& axis) {
    return std::count(axis.sides.begin(), axis.sides.end(), BlockSide::neighbour) > 0;
  });
}

}  // namespace

SweepAxes sweep_axes(const CellGrid& cells, int radius) {
  SweepAxes axes;
  const int dimensions = cells.grid().dimensions;
  const CellLayout& layout = cells.layout();
  const std::array<int, 3> order = dimensions == 3   ? std::array{0, 1, 2}
                                   : dimensions == 2 ? std::array{0, -1, 1}
                                                     : std::array{-1, -1, 0};
  for (std::size_t a = 0; a < 3; ++a) {
    if (order[a] < 0) continue;
    const auto axis = static_cast<std::size_t>(order[a]);
    axes[a] = {order[a],
               layout.block.count[axis],
               radius,
               layout.stride[axis],
               {side_of(cells, order[a], 0), side_of(cells, order[a], 1)}};
  }
  return axes;
}

Tiles divide_into_tiles(const SweepAxes& axes, std::int64_t rows, std::int64_t cells, int layers) {
  Tiles tiles;
  const Extent planes{0, axes[0].cells};
  for (const Extent& row : parts_of({0, axes[1].cells}, rows)) {
    for (const Extent& cell : parts_of({0, axes[2].cells}, cells)) {
      tiles.others.push_back({planes, row, cell});
    }
  }
  if (tiles.others.empty() || !has_neighbours(axes)) return {std::move(tiles.others), {}};
  // One tile's interior is work enough while messages are under way; cutting costs twice the
  // margin.
  const Tile first = tiles.others.front(), inner = inner_part(axes, first, layers);
  if (is_empty(inner) || inner[0].count() < 2 * layers) return tiles;
  tiles.own = {inner};
  tiles.others.erase(tiles.others.begin());
  add_rest(first, inner, tiles.others);
  return tiles;
}

}  // namespace parapet
