#pragma once

#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "methods/spectral_solver.hpp"
#include "support/box_grid.hpp"

namespace parapet {

inline constexpr double pi = std::numbers::pi;

using Point = std::array<double, 3>;
/// u of a component at a point.
using FieldFunction = std::function<double(int component, const Point& x)>;

/// Prints a row "what: measured (bound)" on rank 0, so that a test's log is a table.
inline void report(const std::string& what, double measured, double bound) {
  if (Communicator::world().is_root()) {
    std::printf("    %-58s %10.3e   bound %.1e\n", what.c_str(), measured, bound);
  }
}

inline void expect_below(const std::string& what, double measured, double bound) {
  report(what, measured, bound);
  EXPECT_LE(measured, bound) << what;
}

template <class F>
void for_each_point(const SpectralTransform& transform, F&& visit) {
  const Box box = transform.physical_box();
  std::size_t at = 0;
  for (std::int64_t i = 0; i < box.count[0]; ++i) {
    for (std::int64_t j = 0; j < box.count[1]; ++j) {
      for (std::int64_t l = 0; l < box.count[2]; ++l) {
        visit(at++, Point{transform.grid().coordinate(0, box.offset[0] + i),
                          transform.grid().coordinate(1, box.offset[1] + j),
                          transform.grid().coordinate(2, box.offset[2] + l)});
      }
    }
  }
}

/// Sets one component of one member from a function of space.
inline void set_field(SpectralSolver& solver, SpectralTransform& transform, std::size_t member,
                      int component, const std::function<double(const Point&)>& f) {
  std::vector<double> points(transform.point_count());
  for_each_point(transform, [&](std::size_t i, const Point& x) { points[i] = f(x); });
  const double* const from = points.data();
  Complex* const to = solver.modes(member, component).data();
  transform.to_modes({&from, 1}, {&to, 1});
}

inline std::vector<double> points_of(SpectralSolver& solver, SpectralTransform& transform,
                                     std::size_t member, int component = 0) {
  std::vector<double> points(transform.point_count());
  const Complex* const from = solver.modes(member, component).data();
  double* const to = points.data();
  transform.to_points({&from, 1}, {&to, 1});
  return points;
}

inline SpectralMember burgers_member(double viscosity, std::vector<ForcingWave> forcing = {}) {
  Burgers equation;
  equation.viscosity.value = viscosity;
  return {equation, std::move(forcing)};
}

/// The slope of log(errors) over log(steps), by least squares.
inline double fitted_slope(const std::vector<double>& steps, const std::vector<double>& errors) {
  double mx = 0, my = 0, sxy = 0, sxx = 0;
  const auto n = static_cast<double>(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    mx += std::log(steps[i]) / n;
    my += std::log(errors[i]) / n;
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    sxy += (std::log(steps[i]) - mx) * (std::log(errors[i]) - my);
    sxx += (std::log(steps[i]) - mx) * (std::log(steps[i]) - mx);
  }
  return sxy / sxx;
}

inline void run_to(Solver& solver, double target) {
  while (solver.step(target)) {
  }
}

/// Relative L2 distance of the solver's field from an exact one, over all components and points.
inline double relative_error(SpectralSolver& solver, SpectralTransform& transform,
                             const FieldFunction& exact, std::size_t member = 0) {
  double difference = 0.0, norm = 0.0;
  for (int c = 0; c < solver.components(); ++c) {
    const auto points = points_of(solver, transform, member, c);
    for_each_point(transform, [&](std::size_t i, const Point& x) {
      const double u = exact(c, x);
      difference += (points[i] - u) * (points[i] - u);
      norm += u * u;
    });
  }
  const auto& comm = transform.communicator();
  return std::sqrt(comm.all_reduce(difference, Reduction::sum) /
                   comm.all_reduce(norm, Reduction::sum));
}

/// Exact irrotational solution of vector Burgers on the unit box from the potential
/// φ = 2 + a Σ over waves cos(2π k·x) e^{−ν|2πk|²t}: u = −2ν ∇φ/φ.
struct IrrotationalSolution {
  double viscosity;
  std::vector<std::array<int, 3>> waves;
  double amplitude = 0.4;

  double operator()(int component, const Point& x, double t) const {
    double phi = 2.0, slope = 0.0;
    for (const auto& k : waves) {
      const double k2 = 4.0 * pi * pi * (k[0] * k[0] + k[1] * k[1] + k[2] * k[2]);
      const double decayed = amplitude * std::exp(-viscosity * k2 * t);
      const double angle = 2.0 * pi * (k[0] * x[0] + k[1] * x[1] + k[2] * x[2]);
      phi += decayed * std::cos(angle);
      slope -= decayed * 2.0 * pi * k[static_cast<std::size_t>(component)] * std::sin(angle);
    }
    return -2.0 * viscosity * slope / phi;
  }
};

}  // namespace parapet
