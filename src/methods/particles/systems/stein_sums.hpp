#pragma once

#include <cstddef>
#include <span>

namespace parapet {

class GatheredRows;

/// Σ_j [−k(x_i, x_j) g_j + ∇_{x_j} k(x_i, x_j)], k = e^{−|x − y|²/h}, at `count` points x in d
/// dimensions, one array a coordinate in `x` and `sum`; `sources` has d rows of points x_j and d of
/// slopes g_j. In the order of the sources: the same bits however points are divided among ranks.
void add_stein_pairs(double h, std::span<const double* const> x, std::size_t count,
                     const GatheredRows& sources, std::span<double* const> sum);

}  // namespace parapet
