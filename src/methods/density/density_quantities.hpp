#pragma once

#include <string>
#include <vector>

#include "grid/cell_grid.hpp"
#include "methods/density/density_process.hpp"

namespace parapet {

/// What is watched of a density ρ of a process, with p = ρ/mass:
///   mass, entropy −∫ρ log ρ, free_energy ∫V ρ + D ρ log ρ of a gradient flow with one D,
///   relative_entropy ∫p log(p/p∞) and wasserstein_2, the distance W₂ of p and p∞, where the steady
///   p∞ is known (in 2 and 3 D sliced: the root of the mean of W₂² of the marginals along fixed
///   directions; not on periodic axes), fisher_information ∫|∇log ρ|² ρ, mean and covariance of p.
/// NaN where something is not defined. Reduced so that the bits do not depend on the ranks.
class DensityQuantities {
 public:
  static std::vector<std::string> names(int dimensions);

  /// Keeps references to both.
  DensityQuantities(CellGrid& cells, const DensityProcess& process);

  /// Of a density with filled ghosts, in the order of names(). Collective.
  std::vector<double> measure(const double* density, double time);

 private:
  void look_at(double time);
  double mean_along(const double* density, double mass, int axis);
  double covariance(const double* density, double mass, const std::vector<double>& mean, int a,
                    int b);
  double fisher_information(const double* density);
  double relative_entropy(const double* density, double mass);
  double wasserstein(const double* density);
  std::vector<double> projected(const double* density, const std::array<double, 3>& direction,
                                double width, double begin, std::size_t bins) const;
  double coordinate(int axis, std::int64_t index_in_block) const;

  CellGrid& cells_;
  const DensityProcess& process_;
  bool is_known_ = false;
  double diffusion_ = 0.0;          ///< where it is one number and f = 0, else NaN
  std::vector<double> potential_;   ///< at this rank's cells, x slowest
  std::vector<double> log_steady_;  ///< the same, ∫ of its exponential 1; empty: unknown
};

}  // namespace parapet
