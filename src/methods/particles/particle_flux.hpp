#pragma once

#include "methods/particles/particle_cells.hpp"
#include "methods/particles/particle_step.hpp"

namespace parapet {

/// The flux J of particles' density on the cells of a grid, one array an axis of this rank's cells,
/// x slowest: what of the process
///   J = (−∇V − ∇W∗ρ + f) ρ − ∇·(D ρ),   ∂ρ/∂t = −∇·J   (Risken 1989, eq. 4.47)
/// the particles tell by the sums, in each cell, of drift and of D over those that are there:
/// through a side of two cells goes the mean of their drifts less the difference quotient of their
/// D ρ, and in a cell the flux is the mean of its two sides'. None passes a no-flux end; in a cell
/// at an absorbing end it is that through the cell's other side. `scale` is a particle's mass times
/// how fast the process's own time goes by; frame.add_force is that of the particles. Drifts and D
/// are rounded to 2⁻³⁴ of the largest, their sums exact: the same bits on any number of ranks.
/// Collective.
void particle_flux(const CellGrid& cells, const ParticleCells& between, const StepFrame& frame,
                   const ParticleRow& particles, double scale, std::span<double* const> flux);

}  // namespace parapet
