#include "methods/stage_sweep.hpp"

#include <algorithm>
#include <limits>

#include "base/failure.hpp"

namespace parapet {

namespace {

/// Neighbours across the ends of axes that are not divided are this block itself: a sweep finds
/// their cells where they are, they need no messages.
Halo divided_halo(const CellGrid& cells) {
  Grid grid = cells.grid();
  for (std::size_t a = 0; a < 3; ++a) {
    if (cells.division().parts()[a] == 1) grid.is_periodic[a] = false;
  }
  const Communicator& ranks = cells.communicator();
  return Halo(ranks, grid, CellDivision(grid, ranks.size(), cells.ghosts()), cells.layout(),
              GhostReach::corners);
}

constexpr double cache = 1 << 20;  // bytes, of the second level

/// One row a plane: as many of its cells as let the registers of a tile stay in cache.
Tiles tiles_of_lines(const SweepAxes& axes, double bytes_of_a_cell, int margin) {
  constexpr std::int64_t fewest_cells = 1024;
  const auto cells = static_cast<std::int64_t>(cache / bytes_of_a_cell) - 2 * margin;
  return divide_into_tiles(axes, 1, std::max(fewest_cells, cells), margin);
}

/// Of the tiles whose registers stay in cache those with the smallest share of cells around them,
/// which are computed twice.
Tiles tiles_of_planes(const SweepAxes& axes, double bytes_of_a_cell, int margin) {
  constexpr std::int64_t fewest_rows = 8, fewest_cells = 64;
  std::int64_t rows_chosen = fewest_rows, cells_chosen = axes[2].cells;
  double least = std::numeric_limits<double>::infinity();
  for (std::int64_t parts = 1; parts == 1 || axes[2].cells >= parts * fewest_cells; ++parts) {
    const std::int64_t cells = (axes[2].cells + parts - 1) / parts, width = cells + 2 * margin;
    const auto height =
        static_cast<std::int64_t>(cache / (bytes_of_a_cell * static_cast<double>(width)));
    const std::int64_t rows = std::max(fewest_rows, height - 2 * margin);
    const double cost =
        static_cast<double>((rows + 2 * margin) * width) / static_cast<double>(rows * cells);
    if (cost < least) least = cost, rows_chosen = rows, cells_chosen = cells;
  }
  return divide_into_tiles(axes, rows_chosen, cells_chosen, margin);
}

Tiles tiles_for(const SweepAxes& axes, double bytes_of_a_cell, int margin) {
  return axes[1].axis < 0 ? tiles_of_lines(axes, bytes_of_a_cell, margin)
                          : tiles_of_planes(axes, bytes_of_a_cell, margin);
}

}  // namespace

StageSweep::StageSweep(const CellGrid& cells, int components, int radius, std::size_t most_stages)
    : axes_(sweep_axes(cells, radius)),
      halo_(divided_halo(cells)),
      tile_(cells, axes_, components, radius) {
  require(radius * static_cast<int>(most_stages) <= cells.ghosts(), ExitCode::internal_error,
          "a sweep needs as many ghosts as its stages reach");
}

void StageSweep::run(const SweepWork& work) {
  tile_.prepare(work);
  if (tiled_for_ != work.stages.size()) {
    tiles_ = tiles_for(axes_, tile_.ring_bytes_of_a_cell(), tile_.margin());
    tiled_for_ = work.stages.size();
  }
  halo_.begin(work.in);
  for (const Tile& tile : tiles_.own) tile_.sweep(tile);
  halo_.end();
  for (const Tile& tile : tiles_.others) tile_.sweep(tile);
  tile_.finish();
}

}  // namespace parapet
