#pragma once

#include <span>
#include <vector>

#include "methods/density/density_process.hpp"

namespace parapet {

/// A density on the line by edges X_0 ≤ … ≤ X_N between which there are the masses μ_1 … μ_N: its
/// quantiles at the levels of the sums of μ (Gosse & Toscani 2006).
struct LineDensity {
  std::vector<double> edges, masses;  ///< masses are positive, one fewer than edges
};

/// The free energy of such a density by its edges,
///   Σ_j μ_j (D log ρ_j + s ρ_j^{m−1}/(m − 1)) + Σ_i n_i V(X_i) + ½ Σ_ik n_i n_k W(X_i − X_k)
/// with ρ_j = μ_j/(X_j − X_{j−1}) and half the masses beside an edge as its n, and its derivatives.
/// Those of V and W are differences of fourth order, those of W from one side of 0.
class LineEnergy {
 public:
  /// V, W and the pressure are those of the process at time 0, whose D is one number; keeps a
  /// reference to it. V and W are differentiated over a small part of `resolution`, a length over
  /// which they are smooth.
  LineEnergy(const DensityProcess& process, const LineDensity& density, double resolution);

  const std::vector<double>& masses() const { return masses_; }
  const std::vector<double>& edge_masses() const { return edge_masses_; }

  /// Infinite where edges do not ascend.
  double value(const std::vector<double>& edges) const;

  /// ∂/∂X_i.
  std::vector<double> slopes(const std::vector<double>& edges) const;

  /// ∂²/∂X_i∂X_k as a sum: a diagonal matrix, of V and W; of the gaps one with −`gaps` beside the
  /// diagonal and no sum of a row; and −`pairs` of W, row by row, empty without W.
  struct Curvature {
    std::vector<double> diagonal, gaps, pairs;
  };
  Curvature curvature(const std::vector<double>& edges) const;

 private:
  std::vector<double> potential(const std::vector<double>& edges, double shift) const;
  double interaction(double separation) const;
  double offset(double separation) const;
  void add_interaction(const std::vector<double>& edges, Curvature& curvature) const;

  const DensityProcess& process_;
  std::vector<double> masses_, edge_masses_;
  double diffusion_, difference_;
};

/// What the cells [lower + c h, lower + (c + 1) h], c = first …, hold of a density, exactly for one
/// whose distribution function is the monotone cubic through the edges (Fritsch & Butland 1984).
/// All cells together hold all mass that lies within them.
std::vector<double> cell_masses(const LineDensity& density, double lower, double h,
                                std::int64_t first, std::int64_t count);

}  // namespace parapet
