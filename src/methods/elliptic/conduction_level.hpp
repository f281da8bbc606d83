#pragma once

#include <algorithm>
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
///   (A u)_i = m_i u_i + Σ over the faces of cell i of T (u_i − u on the other side),
/// 0 beyond the ends. That is the finite-volume form of −∇·(a ∇u), integrated over each cell, with
/// a mass m ≥ 0, at first 0; of it every level of a multigrid method has one. Each cell has a
/// resistance from its middle to each of its faces; T is one over the two resistances at a face in
/// series, or over the one at an end. A is symmetric, and positive definite unless no end conducts
/// and there is no mass. Arrays are of the layout of `cells`, with two layers of ghosts and corners
/// exchanged.
class ConductionLevel {
 public:
  using Field = AlignedArray<double>;

  /// A network without conductances. Keeps a reference to `cells`.
  explicit ConductionLevel(CellGrid& cells);

  /// The network of −∇·(a ∇u): from the middle of a cell to a face along an axis of spacing h and
  /// face area S the resistance h/(2 a S). Nothing passes no-flux ends, Dirichlet and absorbing
  /// ends conduct. Collective.
  void set_coefficient(const double* coefficient);

  /// The network of `fine` seen with its cells joined to pairs along the chosen axes. The middle of
  /// a pair is the face inside it: from there to an outer face the lines of fine cells are in
  /// parallel, each with the whole of its cell's resistance. So jumps of a stay where they are, to
  /// within a cell. `cells` is `fine`'s grid coarsened. Also sets what fine's transfers need.
  /// Collective.
  void set_coarse_of(ConductionLevel& fine, const CellPairing& pairing);

  /// Masses of the cells. Collective.
  void set_mass(const double* mass);
  /// Of a pair: the sum of the masses of its cells. Collective.
  void set_coarse_mass_of(const ConductionLevel& fine, const CellPairing& pairing);

  /// The network of `divided`, whose grid this rank has alone here. Collective over `divided`.
  void set_replica_of(const ConductionLevel& divided);
  /// The same for the masses alone.
  void set_replica_mass_of(const ConductionLevel& divided);

  CellGrid& cells() { return *cells_; }
  const CellGrid& cells() const { return *cells_; }
  /// Whether A is singular: no end conducts and there is no mass.
  bool is_singular() const { return is_closed_ && !has_mass_; }
  /// What a value at a conducting end adds to the right-hand side of the cell at it: T there.
  double end_conductance(int axis, int side, std::ptrdiff_t place) const {
    return 1.0 / resistance(static_cast<std::size_t>(axis), static_cast<std::size_t>(side), place);
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
  void add_up();
  void set_weights(const CellPairing& pairing);
  double weight(const CellPairing& pairing, std::size_t axis, std::int64_t index,
                std::ptrdiff_t i) const;
  double resistance(std::size_t axis, std::size_t side, std::ptrdiff_t place) const {
    return resistances_[2 * axis + side].data()[place];
  }
  /// From one face to the other.
  double whole(std::size_t axis, std::ptrdiff_t place) const {
    return resistance(axis, 0, place) + resistance(axis, 1, place);
  }
  bool is_at_end(std::size_t axis, std::size_t side, std::int64_t index) const;
  bool conducts(std::size_t axis, std::size_t side) const;
  /// What the cells of a row, counted from the one before a coarse row's first, give to the coarse
  /// row: by themselves, and as neighbours along the row.
  struct RowParts {
    std::vector<double> given, along;
    explicit RowParts(std::size_t size) : given(size), along(size) {}
    void clear(std::size_t count) {
      std::fill_n(given.begin(), count, 0.0);
      std::fill_n(along.begin(), count, 0.0);
    }
  };
  void gather_row(const CellPairing& pairing, const double* r, const CellPairing::Index& at,
                  std::ptrdiff_t row, std::ptrdiff_t begin, std::ptrdiff_t end,
                  RowParts& parts) const;
  template <class F>
  void for_each_product(const double* u, double* to, F&& combine) const;
  template <class F>
  void for_each_of(Colour colour, F&& act) const;
  template <class F>
  void for_each_cell(F&& act) const;

  CellGrid* cells_;
  std::array<Field, 6> resistances_;  ///< to the lower and the upper face along each axis in turn
  std::array<Field, 3> faces_;        ///< T of each cell's lower face along an axis; 0 at ends
  std::array<Field, 3> weights_;      ///< of the pair beyond a cell's outer face along an axis
  Field conductance_;                 ///< Σ T
  Field mass_;
  Field diagonal_, inverse_;  ///< the sum of both, and one over it
  bool is_closed_ = true, has_mass_ = false;
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
