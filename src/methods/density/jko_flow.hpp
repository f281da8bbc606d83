#pragma once

#include <span>
#include <vector>

#include "methods/density/density_process.hpp"

namespace parapet {

/// The points between which a density on cells of the line has the same mass: the quantiles of the
/// levels (i + ½)/count. A density within a cell is even.
std::vector<double> quantiles(std::span<const double> density, double lower, double spacing,
                              std::size_t count);

/// A gradient flow on the whole line by the scheme of Jordan, Kinderlehrer & Otto (1998), an oracle
/// for what finite volumes make of it: a step of length τ minimises
///   W₂(ρ, ρ_old)²/2τ + ∫ V ρ + D ρ log ρ + s ρ^m/(m − 1)
/// over densities. These are given by their quantiles X, N points of mass w = M/N each (Gosse &
/// Toscani 2006), so that W₂² = w Σ (X − X_old)² and ρ = w/(X_{i+1} − X_i): a convex problem where
/// V is convex, solved by Newton's method. First order in τ.
class JkoFlow {
 public:
  /// V, D and the pressure are those of the process at time 0; D has to be one number, and nothing
  /// else may drive it: throws Failure(bad_input). `points` ascend, `mass` is that of all.
  JkoFlow(DensityProcess process, std::vector<double> points, double mass);

  /// Throws Failure(blew_up) when the minimum is not found.
  void step(double tau);

  const std::vector<double>& points() const { return points_; }
  double free_energy() const { return free_energy(points_); }

 private:
  struct Gap {
    double pressure;   ///< p = D ρ + s ρ^m
    double stiffness;  ///< −dp/dX_{i+1}
  };
  Gap gap(double width) const;
  std::vector<double> potential(const std::vector<double>& points, double shift) const;
  double free_energy(const std::vector<double>& points) const;
  double objective(const std::vector<double>& points, double tau) const;
  std::vector<double> newton_change(const std::vector<double>& points, double tau) const;

  DensityProcess process_;
  std::vector<double> points_;
  double point_mass_, diffusion_ = 0.0;
};

}  // namespace parapet
