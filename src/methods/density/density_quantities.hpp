#pragma once

#include <string>
#include <vector>

#include "grid/cell_grid.hpp"
#include "methods/density/density_process.hpp"

namespace parapet {

/// What is watched of a density ρ of a process, with p = ρ/mass:
///   mass, entropy −∫ρ log ρ, free_energy ∫V ρ + D ρ log ρ + ½ ρ W∗ρ + s ρ^m/(m − 1) of a gradient
///   flow with one D,
///   relative_entropy ∫p log(p/p∞) and wasserstein_2, the distance W₂ of p and p∞, where the steady
///   p∞ is known (in 2 and 3 D sliced: the root of the mean of W₂² of the marginals along fixed
///   directions; not on periodic axes), fisher_information ∫|∇log ρ|² ρ, mean and covariance of p.
/// NaN where something is not defined. Reduced so that the bits do not depend on the ranks.
class DensityQuantities {
 public:
  static std::vector<std::string> names(int dimensions);

  /// Keeps references to both.
  DensityQuantities(CellGrid& cells, const DensityProcess& process);

  /// Of a density with filled ghosts, in the order of names(). `interaction` is W∗ρ, or null.
  /// Collective.
  std::vector<double> measure(const double* density, const double* interaction, double time);

 private:
  bool has_steady() const {
    return !process_.is_nonlinear() && (process_.log_steady || diffusion_ == diffusion_);
  }
  void look_at(double time);
  double free_energy(const double* density, const double* interaction);
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

/// ∂ log ρ/∂x along an axis at the block's cells, x slowest; one-sided at ends of the domain, 0
/// where a density is not positive. The ghosts of the density are filled.
void density_score(const CellGrid& cells, const double* density, int axis, double* score);

}  // namespace parapet
