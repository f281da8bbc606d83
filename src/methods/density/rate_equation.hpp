#pragma once

#include <memory>

#include "methods/density/edge_rates.hpp"

namespace parapet {

/// (I − τ G) v = b with the generator G of a Markov chain, solved by PETSc: BiCGStab,
/// preconditioned by hypre's algebraic multigrid of the matrix of upwind rates. Where G has central
/// fluxes instead the matrix is factored by one rank, in 1 and 2 dimensions up to 2²¹ cells. Ranks
/// without cells stay outside.
class RateEquation {
 public:
  explicit RateEquation(CellGrid& cells);
  RateEquation(RateEquation&&) noexcept;
  ~RateEquation();

  /// Whose G it is. `monotone` has no negative rates: the preconditioner is made of it, or, with
  /// `keeps_preconditioner`, remains the one there is. Collective.
  void set_rates(const EdgeRates& rates, const EdgeRates& monotone,
                 bool keeps_preconditioner = false);

  /// Solves for v until ‖b − (I − τ G) v‖₂ ≤ `tolerance`; arrays of the grid's layout, ghosts are
  /// left alone. Returns the iterations. The preconditioner depends on nothing but G and τ: a
  /// continued run has the same. Throws a collective Failure(blew_up) when it does not converge.
  /// Collective.
  int solve(double tau, const double* b, double* v, double tolerance);

  std::size_t memory_bytes() const;

 private:
  struct Petsc;

  CellGrid& cells_;
  std::unique_ptr<Petsc> petsc_;  ///< empty on ranks without cells
};

}  // namespace parapet
