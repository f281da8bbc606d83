#pragma once

#include "methods/tile_sweep.hpp"

namespace parapet {

/// Carries a state through the stages of an explicit method, over several steps if wanted, in one
/// pass over memory: plane by plane, every stage a plane behind the one before it, so that what
/// lies between the first register and the last stays in cache (wavefronts, Wellein et al. 2009). A
/// block is cut into tiles for that, whose margins are computed twice. No bit depends on the tiles
/// or on the number of ranks. Messages are under way while the first tile's interior is computed.
class StageSweep {
 public:
  /// Up to `most_stages` at once; cells.ghosts() is at least radius · most_stages. `radius` is 1
  /// for second-order differences, 2 for fourth-order ones. Keeps a reference to `cells`.
  StageSweep(const CellGrid& cells, int components, int radius, std::size_t most_stages);

  /// Puts the last register into `out`. `in` and `out`, arrays of the layout, one a component, do
  /// not overlap; ghosts of `in` are overwritten. Collective.
  void run(const SweepWork& work);

  std::size_t memory_bytes() const { return tile_.memory_bytes() + halo_.memory_bytes(); }

 private:
  SweepAxes axes_;
  Halo halo_;
  TileSweep tile_;
  std::size_t tiled_for_ = 0;  // so many stages
  Tiles tiles_;
};

}  // namespace parapet
