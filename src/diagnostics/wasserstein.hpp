#pragma once

#include <span>

namespace parapet {

/// The squared Wasserstein distance W₂² of two densities on a line, each constant on cells of the
/// same length `spacing`, given by what the cells hold (≥ 0, any sums > 0): ∫₀¹ (Q_a − Q_b)² ds
/// with their quantile functions Q, exactly (Villani 2003, theorem 2.18). NaN where one of them is
/// empty.
double squared_wasserstein(std::span<const double> a, std::span<const double> b, double spacing);

}  // namespace parapet
