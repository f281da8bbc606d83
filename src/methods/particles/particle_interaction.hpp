#pragma once

#include <array>
#include <limits>
#include <memory>
#include <string_view>

#include "methods/method_options.hpp"
#include "methods/particles/box_mesh.hpp"
#include "methods/particles/particle_cells.hpp"
#include "methods/particles/particle_step.hpp"

namespace parapet {

/// How the particles of a solver's members act on each other: one of particle_interactions.
class ParticleInteraction {
 public:
  /// Particles of a member as they stand before a step, or as a step has predicted them.
  struct Moment {
    ParticleRow at;
    std::uint32_t step = 0;   ///< its number
    double mass = 1.0;        ///< of all of them
    BoxMesh* mesh = nullptr;  ///< of the box that those of this rank are in, by space
  };

  virtual ~ParticleInteraction() = default;
  /// The next one; its number in the run decides what is drawn at random.
  virtual void add_member(const AnyEquation& equation, const ParticleProcess& process,
                          std::uint32_t number) = 0;
  /// Finds what follows from all particles. Collective.
  virtual void prepare(std::size_t member, const Moment& now) = 0;
  /// Adds −∇W∗ρ at the particles prepared last, whenever that is.
  virtual void add(std::span<const double* const> x, std::size_t begin, std::size_t count,
                   std::span<double* const> b) const = 0;

  /// What decides how forces are rounded, where anything does: part of the state of a run.
  virtual std::array<double, 2> bounds(std::size_t) const { return {1.0, 1.0}; }
  virtual void restore(std::size_t, const std::array<double, 2>&) {}
  /// The distance from which on particles do not act on each other.
  virtual double cutoff(std::size_t) const { return std::numeric_limits<double>::infinity(); }
  virtual std::size_t memory_bytes() const = 0;
};

/// The one that choose_interaction() names; null of "none". Keeps references to `cells` and
/// `between`.
std::unique_ptr<ParticleInteraction> make_interaction(std::string_view name, CellGrid& cells,
                                                      ParticleCells& between,
                                                      const ParticleOptions& options);

}  // namespace parapet
