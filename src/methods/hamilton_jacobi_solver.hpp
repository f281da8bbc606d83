#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "equations/hamilton_jacobi.hpp"
#include "methods/cell_methods.hpp"

namespace parapet {

/// A Hamilton–Jacobi equation as a solver that is not compiled for it sees it.
struct LineHamiltonian {
  double diffusivity = 0.0;
  std::function<void(const SlopeLine&, double* out)> godunov;
  std::function<void(const SlopeLine&, const std::array<double, 3>& density, double* out)> passage;
  std::function<double(const double* x, double inside, int axis, bool is_upper)> outgoing;
};

template <HamiltonJacobi E>
LineHamiltonian line_hamiltonian(const E& equation) {
  return {equation.diffusivity(),
          [equation](const SlopeLine& line, double* out) { godunov_along(equation, line, out); },
          [equation](const SlopeLine& line, const std::array<double, 3>& density, double* out) {
            passage_along(equation, line, density, out);
          },
          [equation](const double* x, double inside, int axis, bool is_upper) {
            return outgoing_slope(equation, x, inside, axis, is_upper);
          }};
}

CellTraits hamilton_jacobi_traits(const MethodOptions& options);

/// Hamilton–Jacobi by finite differences: Godunov's Hamiltonian of one-sided slopes, which are
/// difference quotients (order 1, monotone: Crandall & Lions 1984) or weighted essentially
/// non-oscillatory ones (order 5: Jiang & Peng 2000, with the weights of weno5_z); central
/// differences of order 2 or 6 for the viscosity; the third-order Runge–Kutta method of Shu & Osher
/// (1988). Values are those at the points. Beyond an outflow end u goes on with its
/// outgoing_slope(); where waves leave, in order 5, with the second difference too, the smaller of
/// the last two if they agree in sign.
std::unique_ptr<Solver> make_hamilton_jacobi_solver(CellGrid& cells,
                                                    std::vector<LineHamiltonian> equations,
                                                    const StepControl& control,
                                                    const MethodOptions& options);

}  // namespace parapet
