#include "grid/cell_grid.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "grid/aligned_array.hpp"
#include "grid/redistribution.hpp"

namespace parapet {
namespace {

Grid grid_of(std::vector<std::int64_t> points, std::array<bool, 3> is_periodic = {1, 1, 1}) {
  Grid grid;
  grid.dimensions = static_cast<int>(points.size());
  std::copy(points.begin(), points.end(), grid.points.begin());
  grid.is_periodic = is_periodic;
  return grid;
}

Boundaries ends_of(const Grid& grid) {
  Boundaries ends{};
  for (std::size_t a = 0; a < 3; ++a) {
    if (!grid.is_periodic[a]) ends[a] = {BoundaryKind::no_flux, BoundaryKind::no_flux};
  }
  return ends;
}

double value_at(const Grid& grid, std::array<std::int64_t, 3> cell) {
  for (std::size_t a = 0; a < 3; ++a) cell[a] = (cell[a] + grid.points[a]) % grid.points[a];
  return 1.0 + static_cast<double>((cell[0] * 1000 + cell[1]) * 1000 + cell[2]);
}

const std::vector<Grid>& grids() {
  static const std::vector<Grid> all = {grid_of({5}),
                                        grid_of({23}),
                                        grid_of({6, 9}),
                                        grid_of({16, 3}),
                                        grid_of({3, 4, 5}),
                                        grid_of({12, 7, 8}),
                                        grid_of({9, 8, 7}, {true, false, true}),
                                        grid_of({11, 6}, {false, false, true})};
  return all;
}

TEST(CellDivision, BlocksTileTheGridAndAreNotThinnerThanTheGhosts) {
  for (const Grid& grid : grids()) {
    for (const int ranks : {1, 2, 3, 5, 8, 17, 64}) {
      const CellDivision division(grid, ranks, 3);
      std::int64_t cells = 0;
      for (int rank = 0; rank < ranks; ++rank) {
        const Box block = division.block(rank);
        cells += block.size();
        for (std::size_t a = 0; a < 3 && block.size() > 0; ++a) {
          EXPECT_GE(block.count[a], std::min<std::int64_t>(3, grid.points[a]));
        }
        if (block.size() == 0) continue;
        EXPECT_EQ(division.rank_at(division.place(rank)), rank);
      }
      EXPECT_EQ(cells, grid.point_count());
      EXPECT_LE(division.active_ranks(), ranks);
    }
  }
}

/// Calls act(place, cell, steps) for all cells of the block and its ghosts; `steps` is along how
/// many axes the cell lies outside.
template <class F>
void for_each_with_ghosts(const CellLayout& layout, F&& act) {
  if (layout.block.size() == 0) return;
  std::array<std::int64_t, 3> end = layout.block.count;
  for (std::size_t a = 0; a < 3; ++a) end[a] += layout.ghosts[a];
  for (std::int64_t i = -layout.ghosts[0]; i < end[0]; ++i) {
    for (std::int64_t j = -layout.ghosts[1]; j < end[1]; ++j) {
      for (std::int64_t k = -layout.ghosts[2]; k < end[2]; ++k) {
        std::array<std::int64_t, 3> cell{i, j, k};
        int steps = 0;
        for (std::size_t a = 0; a < 3; ++a) {
          steps += cell[a] < 0 || cell[a] >= layout.block.count[a];
          cell[a] += layout.block.offset[a];
        }
        act(layout.at(i, j, k), cell, steps);
      }
    }
  }
}

bool is_beyond_an_end(const Grid& grid, const std::array<std::int64_t, 3>& cell) {
  for (std::size_t a = 0; a < 3; ++a) {
    if (!grid.is_periodic[a] && (cell[a] < 0 || cell[a] >= grid.points[a])) return true;
  }
  return false;
}

void expect_ghosts_filled(const Grid& grid, int ghosts, GhostReach reach) {
  const Communicator world = Communicator::world();
  CellGrid cells(world, grid, ends_of(grid), ghosts, reach);
  const CellLayout& layout = cells.layout();
  std::vector<AlignedArray<double>> fields;
  std::vector<double*> pointers;
  for (int f = 0; f < 2; ++f) {
    pointers.push_back(fields.emplace_back(layout.size).data());
    std::fill_n(pointers.back(), layout.size, -7.0);
    for_each_with_ghosts(layout, [&](std::ptrdiff_t place, const auto& cell, int steps) {
      if (steps == 0) pointers.back()[place] = value_at(grid, cell) + f;
    });
  }
  cells.halo().exchange(pointers);
  int wrong = 0;
  for_each_with_ghosts(layout, [&](std::ptrdiff_t place, const auto& cell, int steps) {
    const bool is_filled = steps <= 1 || reach == GhostReach::corners;
    const bool is_known = is_filled && !is_beyond_an_end(grid, cell);
    for (int f = 0; f < 2; ++f) {
      const double expected = is_known ? value_at(grid, cell) + f : -7.0;
      wrong += pointers[static_cast<std::size_t>(f)][place] != expected;
    }
  });
  EXPECT_EQ(wrong, 0) << grid.points[0] << " x " << grid.points[1] << " x " << grid.points[2];
}

TEST(Halo, FillsGhostsFromTheNeighboursAndLeavesTheEndsAlone) {
  for (const Grid& grid : grids()) {
    for (const int ghosts : {1, 2, 3}) {
      expect_ghosts_filled(grid, ghosts, GhostReach::faces);
      expect_ghosts_filled(grid, ghosts, GhostReach::corners);
    }
  }
}

TEST(CellGrid, EndsFollowTheirRule) {
  const Communicator world = Communicator::world();
  for (const int axis : {0, 1, 2}) {
    Grid grid = grid_of({7, 8, 9});
    grid.is_periodic[static_cast<std::size_t>(axis)] = false;
    CellGrid cells(world, grid, ends_of(grid), 2, GhostReach::corners);
    const CellLayout& layout = cells.layout();
    AlignedArray<double> field(layout.size);
    for_each_with_ghosts(layout, [&](std::ptrdiff_t place, const auto& cell, int steps) {
      field.data()[place] = steps == 0 ? value_at(grid, cell) : 0.0;
    });
    double* const pointer = field.data();
    cells.halo().exchange({&pointer, 1});
    cells.fill_end(pointer, axis, 0, {-1.0, 0.0, 10.0});
    cells.fill_end(pointer, axis, 1, {0.0, 1.0, 0.5});
    const auto a = static_cast<std::size_t>(axis);
    for_each_with_ghosts(layout, [&](std::ptrdiff_t place, std::array<std::int64_t, 3> cell, int) {
      const std::int64_t n = grid.points[a], i = cell[a];
      double expected = 0.0;
      if (i < 0) {
        cell[a] = -1 - i;
        expected = 10.0 - value_at(grid, cell);
      } else if (i >= n) {
        cell[a] = n - 1;
        expected = value_at(grid, cell) + 0.5;
      } else {
        expected = value_at(grid, cell);
      }
      ASSERT_EQ(pointer[place], expected) << "axis " << axis << ", index " << i;
    });
  }
}

TEST(Redistribution, MovesEveryValueToItsNewBlock) {
  const Communicator world = Communicator::world();
  for (const Grid& grid : grids()) {
    // From slabs of the first axis, as the transform has them, to blocks and back.
    const CellDivision blocks(grid, world.size(), 1);
    Box slab;
    slab.count = grid.points;
    slab.offset[0] = grid.points[0] * world.rank() / world.size();
    slab.count[0] = grid.points[0] * (world.rank() + 1) / world.size() - slab.offset[0];
    const Box block = blocks.block(world.rank());
    const auto numbered = [&](const Box& box) {
      std::vector<double> all;
      for (std::int64_t i = 0; i < box.count[0]; ++i)
        for (std::int64_t j = 0; j < box.count[1]; ++j)
          for (std::int64_t k = 0; k < box.count[2]; ++k)
            all.push_back(
                value_at(grid, {box.offset[0] + i, box.offset[1] + j, box.offset[2] + k}));
      return all;
    };
    std::vector<double> there(static_cast<std::size_t>(block.size()), -1.0);
    redistribute(world, slab, numbered(slab), block, there);
    EXPECT_EQ(there, numbered(block));
    std::vector<double> back(static_cast<std::size_t>(slab.size()), -1.0);
    redistribute(world, block, there, slab, back);
    EXPECT_EQ(back, numbered(slab));
  }
}

}  // namespace
}  // namespace parapet
