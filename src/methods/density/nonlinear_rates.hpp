#pragma once

#include <optional>
#include <vector>

#include "methods/density/cell_convolution.hpp"
#include "methods/density/density_process.hpp"
#include "methods/density/edge_rates.hpp"

namespace parapet {

/// Rates that depend on the density itself: by an interaction, V + W∗ρ in place of V, and by a
/// pressure s ρ^m, whose diffusivity between two cells of densities a and b is the secant
/// s (a^m − b^m)/(a − b). The flow through an edge is that of EdgeRates with these,
///   F(a, b) = out(a, b) a − in(a, b) b.
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
  /// ∂F/∂a and −∂F/∂b instead, of W∗ρ as it is: G is then the slope of how it changes. Collective.
  void set_slopes(const double* density, EdgeRates& rates) const;

  EdgeRates make_rates() const { return EdgeRates(*cells_, process_.has_cross_diffusion); }
  std::size_t memory_bytes() const;

 private:
  struct Edge {
    Field diffusion, drift;  ///< D/h² and q/h² of V, f and D alone, ghosts included
  };

  CellGrid* cells_;
  DensityProcess process_;
  std::vector<Edge> edges_;  ///< a direction each
  std::optional<CellConvolution> convolution_;
  Field interaction_;
};

}  // namespace parapet
