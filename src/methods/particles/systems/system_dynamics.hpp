#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/communicator.hpp"
#include "equations/all.hpp"
#include "grid/grid.hpp"
#include "methods/cell_methods.hpp"
#include "methods/method_options.hpp"

namespace parapet {

/// The particles of one member on one rank, and what is the same all along.
struct SystemFrame {
  const Communicator& ranks;
  Grid grid;               ///< the window their density is seen through
  std::int64_t total = 1;  ///< N on all ranks
  std::int64_t first = 0;  ///< number of the first one of this rank
  std::size_t count = 0;   ///< how many it has
  std::uint64_t seed = 1;
  std::uint32_t member = 0;  ///< in the run
  std::string integrator{};
  std::string form{};                    ///< of the equation
  const LabelledTable* table = nullptr;  ///< of logistic regression
};

/// A step: its beginning, its length, and the number by which noise is drawn.
struct SystemStep {
  double time = 0.0, dt = 0.0;
  std::uint32_t number = 0;
};

/// Numbers of this rank's particles, one array of `count` each, as ParticleNumbers orders them.
using ParticleNumberArrays = std::span<double* const>;

/// How the particles of a system move. The same bits on any number of ranks; what advance() does
/// follows from the particles, the step and the equation alone, so that a checkpoint of the
/// particles is one of the system.
class ParticleDynamics {
 public:
  virtual ~ParticleDynamics() = default;

  /// Says what [initial] does not: it has drawn the positions along the grid's axes, all else is 0.
  /// Collective.
  virtual void start(ParticleNumberArrays) {}
  /// Is called when the particles have been set from outside. Collective.
  virtual void adopt(ParticleNumberArrays) {}
  /// Collective.
  virtual void advance(ParticleNumberArrays particles, const SystemStep& step) = 0;
  /// As many as SystemTraits names. Collective.
  virtual std::vector<double> quantities(ParticleNumberArrays) { return {}; }
  /// Whether it makes the density itself, for as many particles as cells that start in them.
  virtual bool sets_density() const { return false; }
  /// The density at the cells of a block, in its order, x slowest. Collective.
  virtual void density(ParticleNumberArrays, const Box&, std::span<double>) {}
  virtual std::size_t memory_bytes() const { return 0; }
};

/// What is asked of a system before it is there.
struct SystemTraits {
  std::vector<std::string> integrators;  ///< the default first
  std::vector<std::string> quantities;   ///< beside those of all particles
  std::vector<BoundaryKind> ends;        ///< periodic aside, which `is_circular` means
  bool is_circular = false;              ///< the axes are angles
  bool holds_averages = true;            ///< the density is that over cells, not at their centres
  std::string interaction = "none: each moves for itself";  ///< how, for people
  double scratch = 0.0;  ///< numbers for each particle beside its own
};

using SystemFaults = std::vector<std::pair<std::string, std::string>>;

/// Traits of a system; what is wrong with an input (key of a section, text); the system itself.
SystemTraits system_traits(const Kuramoto&, int dimensions);
SystemFaults system_faults(const Kuramoto&, const Grid&, const MethodOptions&);
std::unique_ptr<ParticleDynamics> make_dynamics(const Kuramoto&, const SystemFrame&);

SystemTraits system_traits(const CuckerSmale&, int dimensions);
SystemFaults system_faults(const CuckerSmale&, const Grid&, const MethodOptions&);
std::unique_ptr<ParticleDynamics> make_dynamics(const CuckerSmale&, const SystemFrame&);

SystemTraits system_traits(const InertialLangevin&, int dimensions);
SystemFaults system_faults(const InertialLangevin&, const Grid&, const MethodOptions&);
std::unique_ptr<ParticleDynamics> make_dynamics(const InertialLangevin&, const SystemFrame&);

SystemTraits system_traits(const TargetSampling&, int dimensions);
SystemFaults system_faults(const TargetSampling&, const Grid&, const MethodOptions&);
std::unique_ptr<ParticleDynamics> make_dynamics(const TargetSampling&, const SystemFrame&);

SystemTraits system_traits(const ConsensusOptimisation&, int dimensions);
SystemFaults system_faults(const ConsensusOptimisation&, const Grid&, const MethodOptions&);
std::unique_ptr<ParticleDynamics> make_dynamics(const ConsensusOptimisation&, const SystemFrame&);

SystemTraits system_traits(const TwoLayerNetwork&, int dimensions);
SystemFaults system_faults(const TwoLayerNetwork&, const Grid&, const MethodOptions&);
std::unique_ptr<ParticleDynamics> make_dynamics(const TwoLayerNetwork&, const SystemFrame&);

SystemTraits system_traits(const Landau&, int dimensions);
SystemFaults system_faults(const Landau&, const Grid&, const MethodOptions&);
std::unique_ptr<ParticleDynamics> make_dynamics(const Landau&, const SystemFrame&);

}  // namespace parapet
