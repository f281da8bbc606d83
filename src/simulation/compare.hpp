#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "diagnostics/sliced_wasserstein.hpp"
#include "simulation/machine.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

struct CompareOptions {
  std::string input;
  std::vector<std::string> overrides{};   ///< of `--set`
  std::vector<std::int64_t> particles{};  ///< numbers N; empty: 1000, 10 000, 100 000
  double step = 0.0;                      ///< of both views; 0: the input's own
  bool is_json = false;
};

/// What a moment of particles is off by, in its standard errors, and that error: of particles that
/// act on each other as others would have it, see spread_of_moments(). Below 0 where it has none.
struct Offset {
  double errors = 0.0, error = 0.0;
};

/// How far particles are from the density of their process, at one time.
struct Distance {
  double time = 0.0;
  double l2 = 0.0;           ///< ‖ρ_N − ρ‖, ρ_N the share of particles in each cell
  double expected_l2 = 0.0;  ///< of N independent draws from ρ: the root of E‖ρ_N − ρ‖²
  SlicedDistance sliced;     ///< of the shares of particles in cells and the density
  Offset mean, variance;     ///< the largest over the axes with ends
};

/// `parapet compare INPUT`: the process of the input both ways, as a density and as N particles,
/// for each N, frame by frame; and how the distance falls with N, whose slope −½ tells that
/// particles become independent (propagation of chaos, Sznitman 1991). Nothing is written. Throws
/// Failure(bad_input) for an equation that has not both views. Collective.
std::string compare_report(const Communicator& world, const CompareOptions& options);

}  // namespace parapet
