#pragma once

#include "methods/density/edge_rates.hpp"

namespace parapet {

/// The flux J of the density along an axis at this rank's cells, x slowest: of each edge's flow
/// F_e (see EdgeRates) the part e_a h_a F_e, the mean of those to and from a cell, times `pace`.
/// With it ∂ρ/∂t = −∇·J; for a process J = (−∇V − ∇W∗ρ + f) ρ − ∇·(D ρ) − ∇p (Risken 1989,
/// eq. 4.47), second order in the spacing. None passes a no-flux end; in a cell at an absorbing
/// end it is that through the cell's other side. The ghosts of `u` are filled.
void edge_flux(const EdgeRates& rates, const double* u, int axis, double pace, double* flux);

}  // namespace parapet
