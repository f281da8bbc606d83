#pragma once

#include <functional>
#include <string>

#include "methods/particle_case.hpp"

namespace parapet {

/// A system of particles to be tried: its window runs over [lower, upper] along each axis.
struct SystemCase {
  AnyEquation equation;
  std::string form;
  Grid window;
  std::int64_t particles = 1000;
  double dt = 0.01;
  std::string integrator = "auto";
  std::uint64_t seed = 5;
};

inline CellCase begun(const Communicator& ranks, const SystemCase& one,
                      const std::function<double(const Point&)>& density) {
  MethodOptions options = particle_method(one.particles, one.integrator);
  options.particles.seed = one.seed;
  const auto kind = one.window.is_periodic[0] ? BoundaryKind::periodic : BoundaryKind::outflow;
  CellCase run(ranks, one.equation, one.window, all_ends(kind), options, {one.dt}, one.form);
  run.set([&](int, const Point& x) { return density(x); });
  return run;
}

/// The way round of a phase.
inline Grid circle(std::int64_t points) {
  Grid grid;
  grid.dimensions = 1;
  grid.points = {points, 1, 1};
  grid.lower = {-pi, 0.0, 0.0};
  grid.length = {2.0 * pi, 1.0, 1.0};
  return grid;
}

}  // namespace parapet
