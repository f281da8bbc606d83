#pragma once

#include <array>
#include <string>
#include <vector>

#include "simulation/run_settings.hpp"

namespace parapet {

/// What one view of a process is at the frames: the cells' densities on every rank, and the
/// method's own quantities.
struct ProcessView {
  Grid grid;
  std::vector<double> times;
  std::vector<std::vector<double>> densities;
  std::vector<std::vector<double>> quantities;
  std::vector<std::string> names;

  double quantity(std::size_t frame, const std::string& name) const;
};

/// Of the run's first member. Collective.
ProcessView view_of(const Communicator& world, const RunSettings& settings);

/// What is compared of each axis: names of particles' quantities.
inline constexpr std::array<const char*, 2> compared_moments = {"mean", "variance"};

/// σ of the standard errors σ/√N of the means and then the variances of the places of N particles
/// that act on each other, an axis after another, frame by frame. That of their spread, as of
/// independent ones, is not it: what one is off by moves the others (Dawson 1983; Tanaka 1984: √N
/// (ρ_N − ρ) becomes normal, by its own linear equation). So it is that of the moments of 32 runs
/// of the first member's process, each of `settings.particles.count` particles with noise of its
/// own: right to 13 %. Collective.
std::vector<std::vector<double>> spread_of_moments(const Communicator& world,
                                                   const RunSettings& settings);

}  // namespace parapet
