#include "methods/stage_sweep.hpp"

#include <algorithm>

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

/// The most rows, or else cells of a row, that let the registers of a tile stay in cache.
Tiles tiles_for(const SweepAxes& axes, double bytes_of_a_cell, int margin) {
  // Bytes: of the second level, or for planes a core's part of the third, in larger tiles with less
  // computed twice.
  const double cache = axes[1].axis < 0 ? 1 << 20 : 1 << 22;
  constexpr std::int64_t fewest_rows = 8, fewest_cells = 1024;
  const std::int64_t least = axes[1].axis < 0 ? 1 : fewest_rows + 2 * margin;
  const double all_cells = static_cast<double>(axes[2].cells + 2 * margin);
  const auto cells =
      static_cast<std::int64_t>(cache / (bytes_of_a_cell * static_cast<double>(least))) -
      2 * margin;
  const auto rows = static_cast<std::int64_t>(cache / (bytes_of_a_cell * all_cells)) - 2 * margin;
  return divide_into_tiles(axes, std::max(fewest_rows, rows), std::max(fewest_cells, cells),
                           margin);
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
    tiles_ = tiles_for(axes_, tile_.bytes_of_a_cell(), tile_.margin());
    tiled_for_ = work.stages.size();
  }
  halo_.begin(work.in);
  for (const Tile& tile : tiles_.own) tile_.sweep(tile);
  halo_.end();
  for (const Tile& tile : tiles_.others) tile_.sweep(tile);
  tile_.finish();
}

}  // namespace parapet
