#pragma once

#include <span>

#include "base/communicator.hpp"

namespace parapet {

/// Points in space and ∇log p at them of the density p that they are compared with, one array of
/// `count` numbers an axis; every rank has all.
struct ScoredPoints {
  std::span<const double*const> x, score;
  std::size_t count = 0;
};

/// The kernel Stein discrepancy S of points from p (Gorham & Mackey 2017, § 2) with the inverse
/// multiquadric kernel k = (1 + |x − y|²)^{−1/2}:
///   S² = 1/n² Σ_ij k₀(x_i, x_j),
///   k₀ = s·t k + (s − t)·r q^{−3/2} + d q^{−3/2} − 3 r² q^{−5/2},
/// r = x − y, q = 1 + |r|², s and t the scores in x and y. It goes to 0 with that of points to p
/// only; n independent draws from p have ⟨S²⟩ = ⟨|s|² + d⟩/n. Lengths are in the unit of x. n²/2
/// pairs, divided among ranks; the same bits on any number of them. Collective.
double stein_discrepancy(const Communicator& communicator, const ScoredPoints& points);

}  // namespace parapet
