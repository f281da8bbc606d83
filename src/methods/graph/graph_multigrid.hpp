#pragma once

#include <memory>
#include <vector>

#include "methods/graph/graph_laplacian.hpp"

namespace parapet {

/// One cycle of hypre's algebraic multigrid (BoomerAMG) for diag(m) − D L, L the Laplacian of a
/// graph, m > 0: a preconditioner. It depends on nothing but m and the division among ranks, of
/// which those without nodes stay outside.
class GraphMultigrid {
 public:
  /// Keeps references to both. Collective.
  GraphMultigrid(const Communicator& ranks, const GraphLaplacian& laplacian, double diffusivity);
  GraphMultigrid(GraphMultigrid&&) noexcept;
  ~GraphMultigrid();

  /// `mass` is m of this rank's nodes. Collective.
  void set_mass(const double* mass);
  /// x ≈ (diag(m) − D L)⁻¹ y. Collective.
  void cycle(const double* y, double* x);

 private:
  struct Petsc;
  std::unique_ptr<Petsc> petsc_;  ///< empty on ranks without nodes
};

}  // namespace parapet
