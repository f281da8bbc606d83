#pragma once

#include <memory>
#include <vector>

#include "methods/graph/graph_laplacian.hpp"

namespace parapet {

/// Incomplete factors, ILU(0), of each rank's block of diag(m) − D L, L the Laplacian of a graph,
/// m > 0: a preconditioner. Networks have few hops from end to end, so that their matrices are far
/// better conditioned than those of grids, and coarse levels of a multigrid fill up: on a
/// scale-free network of 10⁵ nodes hypre's takes 20 times as long a step. It depends on nothing but
/// m and the division among ranks, of which those without nodes stay outside.
class GraphPreconditioner {
 public:
  /// Keeps references to both. Collective.
  GraphPreconditioner(const Communicator& ranks, const GraphLaplacian& laplacian,
                      double diffusivity);
  GraphPreconditioner(GraphPreconditioner&&) noexcept;
  ~GraphPreconditioner();

  /// `mass` is m of this rank's nodes. Collective.
  void set_mass(const double* mass);
  /// x ≈ (diag(m) − D L)⁻¹ y. Collective.
  void apply(const double* y, double* x);

 private:
  struct Petsc;
  std::unique_ptr<Petsc> petsc_;  ///< empty on ranks without nodes
};

}  // namespace parapet
