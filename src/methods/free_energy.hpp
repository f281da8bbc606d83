#pragma once

#include <span>

#include "grid/cell_grid.hpp"
#include "methods/point_reaction.hpp"

namespace parapet {

/// ⟨W(u) + ½ Σ_c D_c |∇u_c|²⟩ over the cells, ∇ the difference of neighbours; faces at the ends of
/// the domain are not counted. With second-order differences between periodic or no-flux ends the
/// reaction–diffusion equation is its gradient flow, exactly: it never rises but by errors in time.
/// The ghosts of `fields` towards other blocks are up to date. The same on any number of ranks.
/// Collective.
double free_energy(const CellGrid& cells, const PointReaction& reaction,
                   std::span<const double* const> fields);

}  // namespace parapet
