#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <memory>

#include "methods/solver_case.hpp"

namespace parapet {

/// u and ∂u/∂t at a point.
using Motion = std::function<std::array<double, 2>(const Point&)>;

/// One member of a wave equation, solved by steps.
template <class Equation>
struct WaveProblem {
  Equation equation;
  SpectralTransform transform;
  std::unique_ptr<SpectralSolver> solver;

  WaveProblem(const Equation& its, const Grid& grid, double step)
      : equation(its),
        transform(Communicator::world(), grid, {dealiasing(), Planning::estimate}),
        solver(make_spectral_solver(transform, "", {{equation, {}}}, {step, 0.0})) {}

  static Dealiasing dealiasing() {
    if constexpr (HasWavePotential<Equation>) {
      if (Equation::degree == 3) return Dealiasing::one_half;
    }
    return Dealiasing::none;
  }
  void start(const Motion& at) {
    for (const int c : {0, 1}) {
      set_field(*solver, transform, 0, c,
                [&](const Point& x) { return at(x)[static_cast<std::size_t>(c)]; });
    }
  }
  double error(const Motion& exact) {
    return relative_error(*solver, transform, [&](int c, const Point& x) {
      return exact(x)[static_cast<std::size_t>(c)];
    });
  }
  double energy_error() {
    return std::max(solver->energy_residual(0), solver->progress(0).balance.largest_residual());
  }
};

}  // namespace parapet
