#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/communicator.hpp"

namespace parapet {

class GatheredRows;

/// Σ_j [−k(x_i, x_j) g_j + ∇_{x_j} k(x_i, x_j)], k = e^{−|x − y|²/h}, at `count` points x in d
/// dimensions, one array a coordinate in `x` and `sum`; `sources` has d rows of points x_j and d of
/// slopes g_j. In the order of the sources: the same bits however points are divided among ranks.
void add_stein_pairs(double h, std::span<const double* const> x, std::size_t count,
                     const GatheredRows& sources, std::span<double* const> sum);

/// The discrepancy √(1/n² Σ_ij k₀(x_i, x_j)) between points and the density e^{−U} (Gorham & Mackey
/// 2017), with the kernel (1 + |x − y|²)^{−½}: 0 only for a sample that is like the density in
/// every respect. `sources` as above with g = ∇U. Ranks share the pairs, the bits are the same on
/// any number of them. Collective.
double kernel_stein_discrepancy(const Communicator& ranks, const GatheredRows& sources,
                                std::size_t dimensions);

}  // namespace parapet
