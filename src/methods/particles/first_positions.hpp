#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "grid/cell_grid.hpp"

namespace parapet {

/// Numbers of the particles a rank has.
struct ParticleRange {
  std::int64_t first = 0;
  std::size_t count = 0;
};

/// Where particles start of which a density at cells is given. Every rank holds the whole grid.
class FirstPositions {
 public:
  /// `density`: an array of the grid's layout. Throws a collective Failure(bad_input) where it has
  /// no mass. Collective.
  FirstPositions(CellGrid& cells, const double* density);

  /// Of the density.
  double mass() const;
  /// Independent draws: a cell by its share of the mass, a place in it uniformly. The same for a
  /// number whichever rank has it. `x`: one array an axis, and further ones.
  void draw(const ParticleRange& range, std::uint64_t seed, std::uint32_t member,
            std::span<double* const> x) const;
  /// One in the middle of each cell, z fastest, with the mass there as weight.
  void place(const ParticleRange& range, std::span<double* const> x, double* weight) const;

 private:
  double middle(std::size_t axis, std::int64_t cell, double shift) const;

  Grid grid_;
  double volume_ = 1.0;          ///< of a cell
  std::vector<double> density_;  ///< of all cells
  std::vector<double> up_to_;    ///< sums of it in order
};

}  // namespace parapet
