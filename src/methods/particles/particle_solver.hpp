#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "methods/cell_methods.hpp"

namespace parapet {

/// How particles step, the default first:
///   euler-maruyama      weak order 1 (Maruyama 1955)
///   heun                weak order 2 where D is constant: the drift's mean over the step, by a
///                       predictor with the same noise
///   leimkuhler-matthews one drift a step, noise (ξ_n + ξ_{n+1})/2: order 2 in the steady state of
///                       −∇V with constant D (Leimkuhler & Matthews 2013)
///   tamed-euler         for drifts that grow faster than linearly (Hutzenthaler, Jentzen & Kloeden
///                       2012)
///   platen              weak order 2 where D is diagonal, whatever else it depends on (Kloeden &
///                       Platen 1992), see correct_by_platen
///   baoab               of processes with inertia, weak order 2 (Leimkuhler & Matthews 2013), see
///                       step_inertial
inline constexpr std::array<std::string_view, 6> particle_integrators = {
    "euler-maruyama", "heun", "leimkuhler-matthews", "tamed-euler", "platen", "baoab"};

/// How particles act on each other:
///   auto     moments, cells where the process states a range and few are within it, direct for up
///            to 20 000 particles, or mesh: the first that the process allows
///   moments  exact where W = ½ κ |r|²: the mean position tells all forces
///   direct   every pair, exact
///   mesh     the density on the grid, W∗ρ by Fourier transforms, its slope where a particle is
///   random-batch   pairs within random batches, others at every step: see RandomBatches
///   cells    every pair nearer than a cutoff, see NearSum
inline constexpr std::array<std::string_view, 6> particle_interactions = {
    "auto", "moments", "direct", "mesh", "random-batch", "cells"};

/// One of them, not "auto", or "none" where nothing interacts; and why, in words.
struct InteractionChoice {
  std::string name, reason;
};

/// Which of them "auto" means, or the one that was asked for.
InteractionChoice choose_interaction(const AnyEquation& equation, const Grid& grid,
                                     const ParticleOptions& options);

/// From which distance on particles do not act on each other, by "cells"; 0 where nothing tells.
double cutoff_of(const AnyEquation& equation, const Grid& grid, const ParticleOptions& options);

/// How particles are divided among ranks:
///   auto   by space for "cells" and a mesh of many cells, else by index
///   index  consecutive ones; each rank has the whole grid for a while
///   space  those in a box of cells, by recursive bisection; a mesh is then for integrators with
///   one
///          force a step
inline constexpr std::array<std::string_view, 3> particle_divisions = {"auto", "index", "space"};

/// Whether particles are divided by space.
bool are_by_space(const AnyEquation& equation, const Grid& grid, const MethodOptions& options);

/// Why the process, or what is asked for, is not there: (key of [particles] or [method], text).
std::vector<std::pair<std::string, std::string>> particle_faults(const AnyEquation& equation,
                                                                 const Grid& grid,
                                                                 const MethodOptions& options);

CellTraits particle_traits(const AnyEquation& equation, int dimensions,
                           const MethodOptions& options);

/// Particles of a process in the place of its density: N positions, divided among ranks by number
/// or by space. They start as independent draws from the density given on the cells, are mirrored
/// at no-flux ends and gone at absorbing ones. What is written is their density on the cells, the
/// share of particles in each. The same bits on any number of ranks.
///
/// A member's state is an array of N values an axis, and one more, 1 or 0, where particles can be
/// gone. MemberProgress::own are the bounds of PairForces and the mass all of them have.
std::unique_ptr<Solver> make_particle_solver(CellGrid& cells,
                                             const std::vector<AnyEquation>& equations,
                                             const StepControl& control,
                                             const MethodOptions& options);

}  // namespace parapet
