#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <string>

#include "base/exact_sum.hpp"
#include "methods/cell_case.hpp"
#include "methods/density/density_process.hpp"

namespace parapet {

using Axes = std::vector<double>;

/// A grid of cells between ends: as many points along each axis from `lower` to `upper`.
inline Grid interval_grid(std::vector<std::int64_t> points, const Axes& lower, const Axes& upper,
                          bool is_periodic = false) {
  Grid grid;
  grid.dimensions = static_cast<int>(points.size());
  for (std::size_t a = 0; a < points.size(); ++a) {
    grid.points[a] = points[a];
    grid.lower[a] = lower[std::min(a, lower.size() - 1)];
    grid.length[a] = upper[std::min(a, upper.size() - 1)] - grid.lower[a];
    grid.is_periodic[a] = is_periodic;
  }
  return grid;
}

inline MethodOptions density_method(const std::string& integrator, std::int64_t order = 0) {
  return {"finite-volume", integrator, order, {}};
}

/// A density on its way, with what has to hold after every step: mass to 1e-13, nothing negative,
/// the free energy of a gradient flow not above what it was, and, where an energy E is given,
/// neither ∫ρ log ρ + E ρ.
class DensityRun {
 public:
  DensityRun(const Communicator& communicator, const AnyEquation& equation, const Grid& grid,
             const MethodOptions& options, const StepControl& control,
             BoundaryKind ends = BoundaryKind::no_flux)
      : process_(density_process(equation, grid.dimensions)),
        case_(communicator, equation, grid, all_ends(ends), options, control) {}

  using Function = std::function<double(const Point&)>;
  Function energy;         ///< E, of what is no gradient flow, too; empty: is not looked at
  bool keeps_mass = true;  ///< false with absorbing ends, where the free energy may rise

  CellCase& solution() { return case_; }
  Solver& solver() { return *case_.solver; }

  void start(const Function& density) {
    case_.set([&](int, const Point& x) { return density(x); });
    mass_ = mass();
    free_energy_ = energy ? free_energy() : 0.0;
    its_free_energy_ = quantity("free_energy");
    potential_size_ = std::max(1.0, integral([&](const Point& x, double u) {
                                 double V = 0.0;
                                 const std::array<const double*, 3> in{&x[0], &x[1], &x[2]};
                                 double* const out = &V;
                                 const std::size_t axes =
                                     static_cast<std::size_t>(case_.cells.grid().dimensions);
                                 if (process_.potential)
                                   process_.potential({{in.data(), axes}, {&out, 1}, 1}, 0.0);
                                 return std::abs(V) * u;
                               }));
  }

  void run(double end) {
    while (true) {
      const bool is_short = solver().step(end);
      check();
      if (!is_short || ::testing::Test::HasFatalFailure()) return;
    }
  }

  /// ∫ of a function of place and density.
  double integral(const std::function<double(const Point&, double)>& of) {
    const auto u = case_.values();
    std::vector<double> terms(u.size());
    case_.for_each_cell([&](std::size_t i, const Point& x) { terms[i] = of(x, u[i]); });
    return exact_sum(case_.cells.communicator(), terms) * cell_volume();
  }
  double mass() {
    return integral([](const Point&, double u) { return u; });
  }
  double mean(int axis) { return moment(axis) / mass(); }
  double covariance(int a, int b) {
    const double p = mean(a), q = mean(b);
    return integral([&](const Point& x, double u) {
             return u * (x[static_cast<std::size_t>(a)] - p) * (x[static_cast<std::size_t>(b)] - q);
           }) /
           mass();
  }
  double quantity(const std::string& name) {
    const auto& names = case_.traits.quantities;
    const auto at = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
    return solver().quantities(0).at(at);
  }
  double smallest() { return solver().diagnose(0).minimum; }
  /// Largest distance from another density, over its largest value.
  double distance(const Function& other) {
    double off = 0.0, most = 0.0;
    const auto u = case_.values();
    case_.for_each_cell([&](std::size_t i, const Point& x) {
      const double value = other(x);
      off = std::max(off, std::abs(u[i] - value));
      if (std::isnan(u[i])) off = std::numeric_limits<double>::infinity();
      most = std::max(most, value);
    });
    const Communicator& all = case_.cells.communicator();
    return all.all_reduce(off, Reduction::maximum) / all.all_reduce(most, Reduction::maximum);
  }

  double largest_mass_drift() const { return mass_drift_; }
  double largest_rise() const { return rise_; }

 private:
  double cell_volume() const {
    const Grid& grid = case_.cells.grid();
    double product = 1.0;
    for (int a = 0; a < grid.dimensions; ++a) product *= grid.spacing(a);
    return product;
  }
  double moment(int axis) {
    return integral(
        [&](const Point& x, double u) { return u * x[static_cast<std::size_t>(axis)]; });
  }
  double free_energy() {
    return integral(
        [&](const Point& x, double u) { return u > 0.0 ? u * (std::log(u) + energy(x)) : 0.0; });
  }

  void check() {
    ASSERT_GE(smallest(), 0.0);
    if (keeps_mass) {
      mass_drift_ = std::max(mass_drift_, std::abs(mass() - mass_) / mass_);
      ASSERT_LE(mass_drift_, 1e-13);
    }
    if (energy) look_at(free_energy(), free_energy_, 1.0);
    // Not a number where there is none: without one diffusivity, or driven.
    if (keeps_mass && !std::isnan(its_free_energy_)) {
      look_at(quantity("free_energy"), its_free_energy_, potential_size_);
    }
  }
  /// `size` is that of its terms, which may cancel.
  void look_at(double now, double& before, double size) {
    const double rise = (now - before) / std::max(size, std::abs(now));
    ASSERT_LE(rise, 1e-12) << "of the free energy " << before;
    rise_ = std::max(rise_, rise);
    before = now;
  }

  DensityProcess process_;
  CellCase case_;
  double mass_ = 0.0, free_energy_ = 0.0, its_free_energy_ = 0.0, potential_size_ = 1.0;
  double mass_drift_ = 0.0, rise_ = 0.0;
};

/// The normal density of a mean and a diagonal covariance.
inline double normal_density(const Point& x, const Axes& mean, const Axes& variance) {
  double value = 1.0;
  for (std::size_t a = 0; a < mean.size(); ++a) {
    const double r = x[a] - mean[a];
    value *= std::exp(-0.5 * r * r / variance[a]) / std::sqrt(2.0 * pi * variance[a]);
  }
  return value;
}

}  // namespace parapet
