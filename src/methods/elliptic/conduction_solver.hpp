#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "methods/elliptic/conduction_multigrid.hpp"

namespace parapet {

/// Σ aᵢbᵢ over all cells of all ranks, the same bits on any number of them: a BoundedSum whose
/// bound comes from the last such product, which in an iteration is of like size.
class CellProduct {
 public:
  explicit CellProduct(const CellGrid& cells);

  /// Collective.
  double operator()(const double* a, const double* b);

 private:
  /// Calls use(terms) for each row.
  void for_each_row(const double* a, const double* b,
                    const std::function<void(std::span<const double>)>& use);
  double largest(const double* a, const double* b);
  /// The sum and that of the sizes, of terms rounded for a bound of the latter.
  std::array<double, 2> sum_within(double bound, const double* a, const double* b);

  const CellGrid& cells_;
  std::vector<double> terms_;
  double size_ = 0.0;  ///< Σ |aᵢbᵢ| of the last product; 0: unknown
};

/// How a linear system was solved.
struct LinearResult {
  int iterations = 0;
  double residual = 0.0;  ///< ‖f − A u‖ / ‖f‖, computed from u at the end
  bool has_converged = false;
};

/// Solves A u = f for a ConductionLevel's network by conjugate gradients (Hestenes & Stiefel 1952)
/// with a cycle of ConductionMultigrid as preconditioner. The result has the same bits on any
/// number of ranks.
class ConductionSolver {
 public:
  /// `cells` have ConductionMultigrid::ghosts layers with corners. Keeps a reference. Collective.
  explicit ConductionSolver(CellGrid& cells);

  ConductionMultigrid& multigrid() { return multigrid_; }

  /// From u = 0 until ‖f − A u‖ ≤ tolerance · ‖f‖ or after `most` iterations. Where no end conducts
  /// Σ f must be 0 up to rounding, and u is the solution of zero mean. NaN in the data or along the
  /// way ends the iteration, not converged. Collective.
  LinearResult solve(const double* f, double* u, double tolerance, int most);

  std::size_t memory_bytes() const;

 private:
  CellGrid& cells_;
  ConductionMultigrid multigrid_;
  ConductionLevel::Field r_, z_, p_, q_;
};

}  // namespace parapet
