#pragma once

#include <optional>
#include <vector>

#include "methods/density/cell_convolution.hpp"
#include "methods/density/density_process.hpp"
#include "methods/density/edge_rates.hpp"

namespace parapet {

/// Rates that depend on the density itself. An interaction puts V + W∗ρ in place of V. A pressure
/// p = s ρ^m drives, in place of diffusion, from a cell of density a to one of density b
///   F = M(a, b) (ξ_a − ξ_b)/h²,  ξ = V + W∗ρ + s m/(m − 1) ρ^{m−1},
///   M = (m − 1)/m (a^m − b^m)/(a^{m−1} − b^{m−1}), at most twice the density of the cell that
///   gives:
/// that is (p(a) − p(b))/h² where nothing else drives, no flow where ξ is even, and always downhill
/// in the free energy (the form of Bailo, Carrillo & Hu 2018, central where that stays positive).
class NonlinearRates {
 public:
  using Field = EdgeRates::Field;

  /// Keeps a reference to `cells`. Collective.
  NonlinearRates(CellGrid& cells, DensityProcess process);

  const DensityProcess& process() const { return process_; }
  CellGrid& cells() const { return *cells_; }

  /// V, f and D are those of a time. Collective.
  void tabulate(double time);

  /// W∗ρ is that of this density from now on. Collective.
  void interact(const double* density);
  /// W∗ρ at the cells; null where nothing interacts.
  const double* interaction() const { return convolution_ ? interaction_.data() : nullptr; }

  /// out and in at a density with ghosts: G u is then how it changes. Collective.
  void set_flows(const double* density, EdgeRates& rates) const;
  /// ∂F/∂a and −∂F/∂b instead, of W∗ρ as it is and nearly: G is then close to the slope of how it
  /// changes. Collective.
  void set_slopes(const double* density, EdgeRates& rates) const;

  EdgeRates make_rates() const { return EdgeRates(*cells_, process_.has_cross_diffusion); }
  std::size_t memory_bytes() const;

 private:
  struct Edge {
    Field diffusion, drift;  ///< D/h² and q/h² of V, f and D alone, ghosts included
  };

  template <class F>
  void fill(const double* u, EdgeRates& rates, F&& of_pressure) const;

  CellGrid* cells_;
  DensityProcess process_;
  std::vector<Edge> edges_;  ///< a direction each
  std::optional<CellConvolution> convolution_;
  Field interaction_;
};

}  // namespace parapet
