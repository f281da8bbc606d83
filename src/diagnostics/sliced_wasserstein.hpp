#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/communicator.hpp"
#include "grid/grid.hpp"

namespace parapet {

/// A unit vector and its share of all directions.
struct Direction {
  std::array<double, 3> along;
  double weight;
};

/// Directions, of which one of each opposite pair: the line's; in the plane 32 at angles π k/32; in
/// space the 25 of the formula of 50 points that is exact up to degree 11 (McLaren 1963). Means of
/// polynomials up to degree 62 and 11 over them are exact.
std::vector<Direction> slicing_directions(int dimensions);

struct SlicedDistance {
  double w1 = 0.0, w2 = 0.0;
  double expected_w1 = 0.0;  ///< of independent draws
};

/// The sliced Wasserstein distances of two densities, each constant within the cells of a grid
/// (≥ 0, x slowest, any sums > 0): with θ♯ the projection on a direction,
///   W₁ = ⟨W₁(θ♯a, θ♯b)⟩,   W₂² = ⟨W₂²(θ♯a, θ♯b)⟩   over all directions θ
/// (Bonneel, Rabin, Peyré & Pfister 2015), on a line the distances themselves; round periodic axes
/// as if these were cut at their ends. Projections of cells are exact, in bins of half the
/// shortest spacing, of cells on a line. Of that many independent draws from b
///   ⟨∫ √(2 F (1 − F)/(π draws)) ds⟩
/// is to be expected of W₁, F the distribution θ♯b (the central limit theorem of its empirical
/// one). The same bits on any number of ranks. NaN where one density is empty. Collective.
SlicedDistance sliced_distance(const Communicator& ranks, const Grid& grid,
                               std::span<const double> a, std::span<const double> b, double draws);

}  // namespace parapet
