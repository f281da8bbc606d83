#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "grid/cell_grid.hpp"
#include "methods/particles/particle_step.hpp"

namespace parapet {

/// Particles of a member and of which process: this rank's have the numbers `ids`, and `total` have
/// the `mass` together.
struct WatchedParticles {
  const CellGrid& cells;
  const ParticleProcess& process;
  ParticleRow particles;
  const std::uint64_t* ids = nullptr;
  std::uint64_t total = 0;
  double mass = 1.0, time = 0.0;
  double cutoff = 0.0;  ///< from which distance on they do not act on each other
};

/// What is watched of particles beside their moments:
///   particle_energy     ∫V ρ, V the potential; of inertia v²/2 + U in its place
///   interaction_energy  ½ ∫∫ρ W ρ from the pairs of up to 2000 of them, of W − W(cutoff) where
///                       they act within a cutoff only
///   stein_discrepancy   of as many from the steady density, see stein_discrepancy(), as if the
///                       domain had no ends
/// These are the same ones by number at all times. NaN where the equation has no such thing (a V, a
/// W, a steady density that it states or that is e^{−V/D}).
inline constexpr std::array<const char*, 3> particle_energy_names = {
    "particle_energy", "interaction_energy", "stein_discrepancy"};

/// In that order; the same bits on any number of ranks. Collective.
std::vector<double> particle_energies(const WatchedParticles& watched);

}  // namespace parapet
