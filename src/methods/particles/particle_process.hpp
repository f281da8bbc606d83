#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/communicator.hpp"
#include "grid/grid.hpp"
#include "methods/density/density_process.hpp"

namespace parapet {

/// Forces between all pairs of particles, see PairSum, whatever the equation.
class PairForces {
 public:
  virtual ~PairForces() = default;
  /// −scale Σ_j ∇W(x_i − x_j) of this rank's `count` particles, one array an axis. Collective.
  virtual void compute(std::span<const double* const> x, std::size_t count, double scale,
                       std::span<double* const> force) = 0;
  /// What decides how forces are rounded: part of the state of a run.
  virtual std::array<double, 2> bounds() const = 0;
  virtual void restore(const std::array<double, 2>& bounds) = 0;
  /// Kept between steps.
  virtual std::size_t memory_bytes() const = 0;
};

/// A process as particles of it move: dX = (b − ∇W∗ρ) dt + σ dW (Itô), σσᵀ = 2 D.
struct ParticleProcess {
  DensityProcess density;  ///< the same process as its density sees it
  PointFunction drift;     ///< b = −∇V + f, one output an axis
  /// Whether D is one number for each axis, the same everywhere and at all times.
  bool has_constant_diffusion = false;
  /// D (xx, yy, zz, xy, xz, yz) where it is known to be the same everywhere and at all times.
  std::optional<std::array<double, 6>> constant_diffusion{};
  /// Of a process with inertia, axes x and v: what accelerates it beside friction, a function of x.
  PointFunction acceleration{};
  std::optional<Friction> friction{};
  std::optional<double> range;  ///< from which on W is constant, where the equation states one
  /// κ where W = ½ κ |r|², so that the mean position tells the force of all particles.
  std::optional<double> spring;
};

/// Throws Failure(bad_input) where a formula cannot be read.
ParticleProcess particle_process(const AnyEquation& equation, int dimensions);

/// Where the equation states a W that depends on the distance alone, and null otherwise. The same
/// bits on any number of ranks.
std::unique_ptr<PairForces> pair_forces(const Communicator& ranks, const AnyEquation& equation,
                                        int dimensions, double softening);

/// The same of pairs nearer than a cutoff only, see NearSum; particles are within `domain`.
std::unique_ptr<PairForces> near_forces(const Communicator& ranks, const AnyEquation& equation,
                                        const Grid& domain, double softening, double cutoff);

/// Why particles cannot follow this process; empty where they can.
std::string particles_refusal(const AnyEquation& equation, int dimensions);

}  // namespace parapet
