#pragma once

#include <initializer_list>
#include <utility>

#include "methods/cell_case.hpp"

namespace parapet {

/// An equation with some parameters that are not the defaults.
template <class Equation>
Equation with(std::initializer_list<std::pair<std::string_view, double>> values) {
  Equation equation;
  for (const auto& [name, value] : values) {
    for (Parameter* parameter : equation.parameters()) {
      if (parameter->name == name) parameter->value = value;
    }
  }
  return equation;
}

inline MethodOptions of_order(std::int64_t order) {
  return {"finite-difference", "auto", order, {}};
}

/// The box from −1 to 1 along every axis, with outflow ends.
inline Grid open_box(const std::vector<std::int64_t>& points) {
  Grid grid = unit_grid(points, BoundaryKind::outflow);
  for (std::size_t a = 0; a < points.size(); ++a) grid.lower[a] = -1.0, grid.length[a] = 2.0;
  return grid;
}

using ScalarFunction = std::function<double(const Point&)>;

inline void start_from(CellCase& run, const ScalarFunction& u) {
  run.set([&](int, const Point& x) { return u(x); });
}

/// Largest distance from an exact field, over the points where `counts`. Collective.
inline double largest_error(CellCase& run, const ScalarFunction& exact,
                            const std::function<bool(const Point&)>& counts = {}) {
  const auto u = run.values();
  double largest = 0.0;
  run.for_each_cell([&](std::size_t i, const Point& x) {
    if (counts && !counts(x)) return;
    const double error = std::abs(u[i] - exact(x));
    largest = error <= largest ? largest : error;  // NaN stays
  });
  return run.cells.communicator().all_reduce(largest, Reduction::maximum);
}

/// u_t + u_x²/2 = 0 from w = cos(2πx)/2π, by the Hopf–Lax formula; without a kink until 1/2π.
struct CosineStart {
  static double start(double y) { return std::cos(2.0 * pi * y) / (2.0 * pi); }

  /// The y from which the point x was reached: the least of w(y) + (x − y)²/2t.
  static double foot(double x, double t) {
    double best = x, least = start(x);
    const int tried = t < 0.15 ? 0 : 400;
    for (int j = -tried; j <= tried; ++j) {
      const double y = tried == 0 ? x : x + 1.01 * t * j / tried;
      const double cost = start(y) + (x - y) * (x - y) / (2.0 * t);
      if (cost < least) least = cost, best = y;
    }
    for (int n = 0; n < 40; ++n) {  // Newton for y + t w′(y) = x
      const double slope = 1.0 - 2.0 * pi * t * std::cos(2.0 * pi * best);
      best -= (best - t * std::sin(2.0 * pi * best) - x) / slope;
    }
    return best;
  }
  static double value(double x, double t) {
    if (t == 0.0) return start(x);
    const double y = foot(x, t);
    return start(y) + (x - y) * (x - y) / (2.0 * t);
  }
};

}  // namespace parapet
