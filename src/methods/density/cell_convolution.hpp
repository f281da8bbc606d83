#pragma once

#include <functional>
#include <vector>

#include "equations/process.hpp"
#include "grid/aligned_array.hpp"
#include "grid/cell_grid.hpp"
#include "grid/spectral_transform.hpp"

namespace parapet {

/// A function of the distance between two points, along each of the used axes.
using SeparationFunction = std::function<double(const double* separation)>;

/// The symbol of −∇² by central differences: Σ_a 4/h_a² sin²(½ h_a k_a).
double difference_symbol(const Grid& grid, const Mode& mode);

/// Φ(x) = ∫ W(x − y) u(y) dy of fields on cells, by fast Fourier transforms: over all pairs of
/// cells, exactly, where the axes have ends (on a grid of twice the points, Hockney & Eastwood
/// 1981, § 6.5), and round periodic axes. Within one cell W is averaged over it, so that it may be
/// singular at 0 as long as that has a mean. Or a Signal, by cosines between walls and by waves
/// round periodic axes: exactly that of central differences. The same bits on any number of ranks.
class CellConvolution {
 public:
  /// Keeps a reference to `cells`. Collective.
  CellConvolution(CellGrid& cells, const SeparationFunction& kernel);
  CellConvolution(CellGrid& cells, const Signal& signal);

  /// Arrays of the grid's layout; the ghosts of the result are filled, those beyond ends are not.
  /// Collective.
  void apply(const double* field, double* result);

  std::size_t memory_bytes() const;

 private:
  /// With transforms of a grid whose first points are those of the cells.
  CellConvolution(CellGrid& cells, const Grid& grid);

  CellGrid& cells_;
  SpectralTransform transform_;
  std::vector<Complex> kernel_, modes_;
  std::vector<double> wide_, block_;
};

}  // namespace parapet
