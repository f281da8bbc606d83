#pragma once

#include <algorithm>
#include <utility>

#include "methods/cell_case.hpp"

namespace parapet {

inline Burgers burgers_without_viscosity() {
  Burgers equation;
  equation.viscosity.value = 0.0;
  return equation;
}

/// u of u_t + u u_s = 0 from u₀ = ½ + sin 2πs, before its shock at t = 1/2π, by Newton's method.
inline double smooth_burgers(double s, double t) {
  double foot = s - 0.5 * t;
  for (int i = 0; i < 60; ++i) {
    const double miss = foot + t * (0.5 + std::sin(2.0 * pi * foot)) - s;
    foot -= miss / (1.0 + 2.0 * pi * t * std::cos(2.0 * pi * foot));
  }
  return 0.5 + std::sin(2.0 * pi * foot);
}

struct VolumeChoice {
  std::string flux = "auto";
  std::string limiter = "auto";
  std::string viscosity = "auto";
};

inline MethodOptions volume_options(const VolumeChoice& choice, std::vector<double> end_values) {
  MethodOptions options{"finite-volume",       "auto",      0,
                        std::move(end_values), choice.flux, choice.limiter};
  options.viscosity = choice.viscosity;
  return options;
}

/// All cells of a line, on every rank. Collective.
inline std::vector<double> gathered_line(CellCase& one) {
  std::vector<double> all(static_cast<std::size_t>(one.cells.grid().points[0]), 0.0);
  const auto own = one.values();
  std::ranges::copy(own, all.begin() + (own.empty() ? 0 : one.cells.block().offset[0]));
  one.cells.communicator().all_reduce(std::span<double>(all), Reduction::sum);
  return all;
}

/// All points of a plane, on every rank, x slowest. Collective.
inline std::vector<double> gathered_box(const SpectralTransform& transform,
                                        const std::vector<double>& own) {
  const Box box = transform.physical_box();
  const auto& points = transform.grid().points;
  std::vector<double> all(static_cast<std::size_t>(points[0] * points[1]), 0.0);
  std::size_t at = 0;
  for (std::int64_t i = 0; i < box.count[0]; ++i) {
    for (std::int64_t j = 0; j < box.count[1]; ++j) {
      all[static_cast<std::size_t>((box.offset[0] + i) * points[1] + box.offset[1] + j)] =
          own[at++];
    }
  }
  transform.communicator().all_reduce(std::span<double>(all), Reduction::sum);
  return all;
}

/// One member on the unit box by finite volumes.
struct VolumeRun {
  CellCase one;

  VolumeRun(const AnyEquation& equation, const std::vector<std::int64_t>& points,
            const VolumeChoice& choice, const StepControl& control,
            BoundaryKind ends = BoundaryKind::periodic, std::vector<double> values = {},
            const Communicator& ranks = everybody(), std::string_view form = {})
      : one(ranks, equation, unit_grid(points, ends), all_ends(ends),
            volume_options(choice, std::move(values)), control, form) {}

  static const Communicator& everybody() {
    static const Communicator all = Communicator::world();
    return all;
  }

  void set(const FieldFunction& field) { one.set(field); }
  void to(double time) { run_to(*one.solver, time); }
  double relative_error(const FieldFunction& exact) { return one.relative_error(exact); }
  double mean() { return one.solver->diagnose(0).mean[0]; }

  /// How far the field passes a range.
  double passing(double lowest, double highest) {
    const FieldDiagnostics now = one.solver->diagnose(0);
    return std::max(lowest - now.minimum, now.maximum - highest);
  }

  /// Mean of |u − exact|. Collective.
  double mean_error(const FieldFunction& exact) {
    double sum = 0.0;
    const auto found = one.values();
    one.for_each_cell(
        [&](std::size_t i, const Point& x) { sum += std::abs(found[i] - exact(0, x)); });
    return one.cells.communicator().all_reduce(sum, Reduction::sum) /
           static_cast<double>(one.cells.grid().point_count());
  }

  std::vector<double> gathered() { return gathered_line(one); }
};

}  // namespace parapet
