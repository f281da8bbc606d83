#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "grid/aligned_array.hpp"
#include "grid/cell_grid.hpp"
#include "methods/elliptic/cell_pairing.hpp"

namespace parapet {

/// A network of conductances between the cells of a grid and its ends:
///   (A u)_i = Σ over the faces of cell i of T (u_i − u on the other side),
/// 0 beyond the ends. That is the finite-volume form of −∇·(a ∇u), integrated over each cell; of it
/// every level of a multigrid method has one. A is symmetric, and positive definite unless no end
/// conducts. Arrays are of the layout of `cells`, with two layers of ghosts and corners exchanged.
class ConductionLevel {
 public:
  using Field = AlignedArray<double>;

  /// A network without conductances. Keeps a reference to `cells`.
  explicit ConductionLevel(CellGrid& cells);

  /// The network of −∇·(a ∇u): between two cells the harmonic mean of a times the face's area over
  /// the distance of the cells; at Dirichlet and absorbing ends a over half of it; nothing through
  /// no-flux ends. `coefficient` has ghosts. Collective.
  void set_coefficient(const double* coefficient);

  /// The network of `fine` seen with its cells joined to pairs along the chosen axes: from the
  /// middle of a pair to that of the next the lines of fine cells in parallel, along each the face
  /// between the pairs in series with half of the faces inside. `cells` is `fine`'s grid coarsened.
  /// Also sets what fine's transfers need. Collective.
  void set_coarse_of(ConductionLevel& fine, const CellPairing& pairing);

  /// The network of `divided`, whose grid this rank has alone here. Collective over `divided`.
  void set_replica_of(const ConductionLevel& divided);

  CellGrid& cells() { return *cells_; }
  const CellGrid& cells() const { return *cells_; }
  /// Whether A is singular: no end conducts.
  bool is_singular() const { return is_singular_; }
  /// What a value at an end adds to the right-hand side of the cell at it: T there.
  double end_conductance(int axis, std::ptrdiff_t place) const {
    return ends_[static_cast<std::size_t>(axis)].data()[place];
  }

  enum class Colour { red, black };
  /// Relaxes the cells of one colour (parity of the sum of indices): u_i so that (A u)_i = f_i.
  /// Ghosts of u are those of before. Local.
  void relax(Colour colour, const double* f, double* u) const;
  /// The same from u = 0. Local.
  void start(Colour colour, const double* f, double* u) const;
  /// r = f − A u, q = A u; u has ghosts. Local.
  void residual(const double* f, const double* u, double* r) const;
  void apply(const double* u, double* q) const;

  /// f of the coarse cells from the residual of these, which has ghosts: the transpose of
  /// add_correction. Local.
  void restrict_residual(const double* r, const CellPairing& pairing, double* f) const;
  /// u of these cells += what lies between the coarse values at the middles of the pairs, weighted
  /// so that the flux goes through. `correction` has ghosts. Local.
  void add_correction(const CellPairing& pairing, const double* correction, double* u) const;

  /// A as a dense matrix, row after row, of a small grid that this rank has alone.
  std::vector<double> matrix();

  Field make_field() const;
  /// Fills the ghosts of a field. Collective.
  void exchange(double* field);

  std::size_t memory_bytes() const;

 private:
  void finish();
  void set_weights(const CellPairing& pairing);
  double weight(const CellPairing& pairing, std::size_t axis, std::int64_t index,
                std::ptrdiff_t i) const;
  /// The resistance from the face inside a pair, the lower one of its second cell, to the pair's
  /// middle; 0 where there is no second cell.
  double half_inside(const CellPairing& pairing, std::size_t axis, std::int64_t pair,
                     std::ptrdiff_t second) const;
  template <class F>
  void for_each_of(Colour colour, F&& act) const;
  template <class F>
  void for_each_cell(F&& act) const;

  CellGrid* cells_;
  std::array<Field, 3> faces_;    ///< T of each cell's lower face along an axis; 0 at ends
  std::array<Field, 3> ends_;     ///< T from each cell to the ends of an axis
  std::array<Field, 3> weights_;  ///< of the pair beyond a cell's outer face along an axis
  Field diagonal_;                ///< Σ T
  bool is_singular_ = true;
};

/// Brings a field that is divided among ranks to every one of them, whose grid `to` each has alone.
/// Ghosts are left as they are. Collective over `from`.
void gather_cells(const CellGrid& from, const double* field, const CellGrid& to, double* result);

/// Calls act(place, index) for every cell of the block; indices in the grid.
template <class F>
void ConductionLevel::for_each_cell(F&& act) const {
  const CellLayout& layout = cells_->layout();
  const auto row_axis = static_cast<std::size_t>(layout.row_axis);
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const auto& offset = layout.block.offset;
    CellPairing::Index index{offset[0] + i, offset[1] + j, offset[2] + k};
    for (std::int64_t n = 0; n < layout.row_length(); ++n, ++index[row_axis]) act(row + n, index);
  });
}

}  // namespace parapet
