#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>

#include "equations/forms.hpp"

namespace parapet {

/// Hamilton–Jacobi  ∂u/∂t + H(x, ∇u) = ε ∇²u.  Along every axis H is, whatever the other
/// components of ∇u, convex or concave and symmetric about some slope. An equation states
///   hamiltonian(x, p)    H; x and p have three entries, 0 along unused axes; templated on the
///   value
///                        type
///   centre(x, axis)      the slope about which H is symmetric along an axis
///   is_convex(x)         true: H is least at the centre; false: largest
///   speed(x, p_a, axis)  |∂H/∂p_a|, or a bound of it over the other components
///   diffusivity()        ε ≥ 0
/// Its solution is the viscosity solution (Crandall & Lions 1983), the limit of ε → 0.
template <class E>
concept HamiltonJacobi = requires(const E e, const double* v) {
  { E::components.size() } -> std::convertible_to<std::size_t>;
  { e.hamiltonian(v, v) } -> std::convertible_to<double>;
  { e.centre(v, 0) } -> std::convertible_to<double>;
  { e.is_convex(v) } -> std::convertible_to<bool>;
  { e.speed(v, 0.0, 0) } -> std::convertible_to<double>;
  { e.diffusivity() } -> std::convertible_to<double>;
};

/// A line of points: their coordinates, and the slopes of u seen from below and from above along
/// each axis; one array of `count` values each, of zeros along unused axes.
struct SlopeLine {
  std::array<const double*, 3> x, below, above;
  std::size_t count;
};

/// The slope along an axis at which Godunov's Hamiltonian takes H (Bardi & Osher 1991):
///   min H over [p⁻, p⁺] where p⁻ ≤ p⁺,  max H over [p⁺, p⁻] otherwise.
/// Of a convex H that is the centre, p⁻ if it lies above the centre or p⁺ if it lies below,
/// whichever is farther away; of a concave one with p⁻ and p⁺ exchanged.
template <class E>
double godunov_slope(const E& equation, const double* x, double below, double above, int axis) {
  const double centre = equation.centre(x, axis);
  const bool is_convex = equation.is_convex(x);
  const double rising = std::max((is_convex ? below : above) - centre, 0.0);
  const double falling = std::max(centre - (is_convex ? above : below), 0.0);
  return centre + (rising >= falling ? rising : -falling);
}

/// The slope beyond an end of an axis at which nothing is known: that inside where waves leave,
/// that of H's extremum where they would enter. The solution then has no way through the end (a
/// state constraint: Soner 1986).
template <class E>
double outgoing_slope(const E& equation, const double* x, double inside, int axis, bool is_upper) {
  const double centre = equation.centre(x, axis);
  return equation.is_convex(x) == is_upper ? std::max(inside, centre) : std::min(inside, centre);
}

/// Godunov's Hamiltonian at a line of points.
template <HamiltonJacobi E>
void godunov_along(const E equation, const SlopeLine& line, double* out) {
#ifdef __clang__
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
  for (std::size_t i = 0; i < line.count; ++i) {
    const std::array<double, 3> x{line.x[0][i], line.x[1][i], line.x[2][i]};
    std::array<double, 3> p;
    for (std::size_t a = 0; a < 3; ++a) {
      p[a] = godunov_slope(equation, x.data(), line.below[a][i], line.above[a][i],
                           static_cast<int>(a));
    }
    out[i] = equation.hamiltonian(x.data(), p.data());
  }
}

/// Σ over the axes of |∂H/∂p_a| · density_a with the larger of the two slopes, at a line of points.
/// With 1/h_a for the density it is what the step of a monotone scheme is limited by.
template <HamiltonJacobi E>
void passage_along(const E equation, const SlopeLine& line, const std::array<double, 3>& density,
                   double* out) {
  for (std::size_t i = 0; i < line.count; ++i) {
    const std::array<double, 3> x{line.x[0][i], line.x[1][i], line.x[2][i]};
    out[i] = 0.0;
    for (std::size_t a = 0; a < 3; ++a) {
      const int axis = static_cast<int>(a);
      out[i] += std::max(equation.speed(x.data(), line.below[a][i], axis),
                         equation.speed(x.data(), line.above[a][i], axis)) *
                density[a];
    }
  }
}

}  // namespace parapet
