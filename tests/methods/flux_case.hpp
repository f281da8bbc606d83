#pragma once

#include <array>
#include <functional>
#include <utility>
#include <vector>

#include "methods/particle_case.hpp"

namespace parapet {

/// An array an axis, of this rank's cells.
using CellVectors = std::vector<std::vector<double>>;

inline MethodOptions with_flux(MethodOptions options) {
  options.derived = {"flux"};
  return options;
}

/// The last of the fields that the method derives. Collective.
inline CellVectors flux_of(CellCase& run) {
  const int d = run.cells.grid().dimensions;
  int all = 1;
  for (const FieldName& field : run.traits.derived_fields) all += field.components;
  CellVectors flux;
  for (int a = 0; a < d; ++a) flux.push_back(run.values(all - d + a));
  return flux;
}

/// The root mean square over all cells and axes of what two of them differ by. Collective.
inline double distance(CellCase& run, const CellVectors& one, const CellVectors& other) {
  double sum = 0.0;
  for (std::size_t a = 0; a < one.size(); ++a) {
    for (std::size_t i = 0; i < one[a].size(); ++i) {
      sum += (one[a][i] - other[a][i]) * (one[a][i] - other[a][i]);
    }
  }
  const auto count = static_cast<double>(run.cells.grid().point_count()) *
                     static_cast<double>(run.cells.grid().dimensions);
  return std::sqrt(run.cells.communicator().all_reduce(sum, Reduction::sum) / count);
}

/// A normal density in the plane about (shift, 0) with covariance 1 whose mass goes round, with D =
/// (1 c; c 1): where shift and c are 0 it stays as it is.
struct Rotation {
  double omega = 1.5, shift = 0.0, correlation = 0.0;

  AnyEquation equation() const {
    OrnsteinUhlenbeck process;
    process.omega.value = omega, process.correlation.value = correlation;
    process.sigma_x.value = process.sigma_y.value = std::sqrt(2.0);
    return process;
  }
  double density(const Point& x) const { return normal_density(x, {shift, 0.0}, {1.0, 1.0}); }
  std::array<double, 2> drift(const Point& x) const {
    return {-x[0] - omega * x[1], -x[1] + omega * x[0]};
  }
  /// b ρ − D ∇ρ.
  CellVectors flux(const CellCase& run) const {
    CellVectors all(2, std::vector<double>(run.cells.cell_count()));
    run.for_each_cell([&](std::size_t i, const Point& x) {
      const double u = x[0] - shift, v = x[1];
      const auto b = drift(x);
      all[0][i] = density(x) * (b[0] + u + correlation * v);
      all[1][i] = density(x) * (b[1] + v + correlation * u);
    });
    return all;
  }
};

inline Grid square(std::int64_t points, double half, bool is_periodic = false) {
  return interval_grid({points, points}, {-half}, {half}, is_periodic);
}

}  // namespace parapet
