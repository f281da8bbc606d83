#pragma once

#include <vector>

#include "equations/keller_segel_indirect.hpp"
#include "grid/cell_grid.hpp"
#include "grid/spectral_transform.hpp"

namespace parapet {

/// Signal v and mediator w of KellerSegelIndirect with central differences, exactly in time while
/// the density stays as it is, by cosines between walls and by waves round periodic axes. Arrays
/// are of the grid's layout; nothing becomes negative but by rounding, which is cut off. The same
/// bits on any number of ranks. All functions are collective.
class IndirectSignal {
 public:
  /// Keeps a reference to `cells`.
  explicit IndirectSignal(CellGrid& cells);

  /// Takes v and w a time further.
  void advance(const KellerSegelIndirect& law, double time, const double* u, double* v, double* w);

  /// v = (−D_v ∇² + a)⁻¹ w: what v is where it follows at once, and how it changes from how w does.
  void follow(const KellerSegelIndirect& law, const double* w, double* v);

  std::size_t memory_bytes() const;

 private:
  void to_modes(const double* field, std::vector<Complex>& modes);
  void to_cells(const std::vector<Complex>& modes, double* field, bool is_positive);

  CellGrid& cells_;
  SpectralTransform transform_;
  std::vector<Complex> u_, v_, w_;
  std::vector<double> points_, block_;
};

/// How one mode of w and v goes on by w' = −α w + u, v' = −β v + w for a time t, α, β ≥ 0:
///   w(t) = keep_w w + w_of_u u,  v(t) = keep_v v + v_of_w w + v_of_u u
struct ChainStep {
  double keep_w, w_of_u, keep_v, v_of_w, v_of_u;
};
ChainStep chain_step(double alpha, double beta, double time);

}  // namespace parapet
