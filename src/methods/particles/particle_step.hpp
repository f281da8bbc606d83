#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "grid/cell_grid.hpp"
#include "methods/particles/particle_process.hpp"
#include "particles/normal_noise.hpp"

namespace parapet {

/// Where particles may be, and what its ends do to them.
struct StepDomain {
  explicit StepDomain(const CellGrid& cells);

  std::size_t axes;
  std::array<double, 3> lower{}, length{};
  std::array<bool, 3> is_periodic{};
  std::array<std::array<bool, 2>, 3> is_absorbing{};
};

/// Particles of a rank, one array an axis; `is_there` is null where none can be gone.
struct ParticleRow {
  std::span<double* const> x;
  double* is_there = nullptr;
  std::size_t count = 0;
};

/// Adds −∇W∗ρ at some particles, of which `begin` others came before, to b.
using ForceFunction = std::function<void(std::span<const double* const> x, std::size_t begin,
                                         std::size_t count, std::span<double* const> b)>;

/// What a step of particles needs.
struct StepFrame {
  const ParticleProcess& process;
  const NormalNoise& noise;
  StepDomain domain;
  double time = 0.0, tau = 0.0;        ///< of the beginning; the length in the process's own time
  std::uint32_t step = 0;              ///< number, by which noise is drawn
  std::uint64_t first = 0;             ///< number of the first particle
  const std::uint64_t* ids = nullptr;  ///< of all, where they are not consecutive
  std::string_view integrator{};
  ForceFunction add_force{};  ///< none where nothing interacts
  /// Told by `step_particles` which particles have come to their places, while these are still in
  /// the first cache; none: nobody is.
  std::function<void(std::size_t begin, std::size_t count)> have_moved{};
};

/// Mirrors particles at ends, takes them round periodic axes, and marks those that passed an
/// absorbing end as gone, to stay at it. One that is more than the domain's length away, or not
/// finite, becomes NaN.
void keep_inside(const StepDomain& domain, const ParticleRow& particles);

/// A step by an integrator that takes the drift where particles are: "euler-maruyama",
/// "leimkuhler-matthews" and "tamed-euler".
void step_particles(const StepFrame& frame, const ParticleRow& particles);

/// The two halves of Heun's step: where Euler and Maruyama's goes, with the drift that took it
/// there; then from `particles` with the mean of that drift and the one `ahead`, of which
/// frame.add_force then is, and the same noise.
void predict_particles(const StepFrame& frame, const ParticleRow& particles,
                       std::span<double* const> ahead, std::span<double* const> drift);
void correct_particles(const StepFrame& frame, const ParticleRow& particles,
                       std::span<double* const> ahead, std::span<double* const> drift);

}  // namespace parapet
