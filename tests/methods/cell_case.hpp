#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "methods/cell_methods.hpp"
#include "methods/solver_case.hpp"

namespace parapet {

/// A solver on cells of one member, with what it stands on.
struct CellCase {
  MethodOptions options;
  CellTraits traits;
  CellGrid cells;
  std::unique_ptr<Solver> solver;

  CellCase(const Communicator& communicator, const AnyEquation& equation, const Grid& grid,
           const Boundaries& ends, MethodOptions its_options, const StepControl& control,
           std::string_view form = {})
      : options(std::move(its_options)),
        traits(cell_traits(equation, form, grid.dimensions, options)),
        cells(communicator, grid, ends, traits.ghosts, traits.reach),
        solver(make_cell_solver(cells, options, form, {equation}, control)) {}

  template <class F>
  void for_each_cell(F&& visit) const {
    const Box box = cells.block();
    const Grid& grid = cells.grid();
    std::size_t at = 0;
    for (std::int64_t i = 0; i < box.count[0]; ++i) {
      for (std::int64_t j = 0; j < box.count[1]; ++j) {
        for (std::int64_t k = 0; k < box.count[2]; ++k) {
          visit(at++,
                Point{grid.coordinate(0, box.offset[0] + i), grid.coordinate(1, box.offset[1] + j),
                      grid.coordinate(2, box.offset[2] + k)});
        }
      }
    }
  }

  void set(const FieldFunction& field) {
    std::vector<double> values(cells.cell_count());
    for (int c = 0; c < solver->components(); ++c) {
      for_each_cell([&](std::size_t i, const Point& x) { values[i] = field(c, x); });
      solver->set_points(0, c, values);
    }
    solver->set_progress(0, {});
  }

  std::vector<double> values(int component = 0) {
    std::vector<double> points(cells.cell_count());
    double* const to = points.data();
    solver->to_points(0, component, {&to, 1});
    return points;
  }

  /// Relative L2 distance from an exact field, over all components and cells. Collective.
  double relative_error(const FieldFunction& exact) {
    double difference = 0.0, norm = 0.0;
    for (int c = 0; c < solver->components(); ++c) {
      const auto found = values(c);
      for_each_cell([&](std::size_t i, const Point& x) {
        const double u = exact(c, x);
        difference += (found[i] - u) * (found[i] - u);
        norm += u * u;
      });
    }
    const Communicator& all = cells.communicator();
    return std::sqrt(all.all_reduce(difference, Reduction::sum) /
                     all.all_reduce(norm, Reduction::sum));
  }
};

/// A grid on the unit box with the same kind of ends along every axis.
inline Grid unit_grid(const std::vector<std::int64_t>& points, BoundaryKind kind) {
  Grid grid;
  grid.dimensions = static_cast<int>(points.size());
  std::copy(points.begin(), points.end(), grid.points.begin());
  for (int a = 0; a < grid.dimensions; ++a) {
    grid.is_periodic[static_cast<std::size_t>(a)] = kind == BoundaryKind::periodic;
  }
  return grid;
}

inline Boundaries all_ends(BoundaryKind kind) {
  Boundaries ends{};
  for (auto& axis : ends) axis = {kind, kind};
  return ends;
}

}  // namespace parapet
