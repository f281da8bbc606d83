#pragma once

#include <string>
#include <vector>

#include "grid/cell_grid.hpp"
#include "methods/particles/particle_step.hpp"

namespace parapet {

/// What is watched of particles, along each axis in turn where it is of an axis: how many there
/// are, their mass, means and their standard errors, variances and theirs.
std::vector<std::string> particle_moment_names(int dimensions);

/// In that order; `total` particles, those gone included, have the `mass` together. The same bits
/// on any number of ranks. Collective.
std::vector<double> particle_moments(const CellGrid& cells, const ParticleRow& particles,
                                     double total, double mass);

}  // namespace parapet
