#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "grid/aligned_array.hpp"
#include "grid/cell_grid.hpp"

namespace parapet {

/// Values at this rank's cells: where that of the first cell stands, and the way to the next cell
/// along each axis; the cells of a row stand one after another.
template <class T>
struct BlockValues {
  T* first = nullptr;
  std::array<std::ptrdiff_t, 3> stride{};

  T* at(std::int64_t i, std::int64_t j, std::int64_t k) const {
    return first + i * stride[0] + j * stride[1] + k * stride[2];
  }
};

/// Those that lie without ghosts or gaps, x slowest.
template <class T>
BlockValues<T> packed_values(const Box& block, T* values) {
  return {values, {block.count[1] * block.count[2], block.count[2], 1}};
}
/// Those of an array of a layout.
template <class T>
BlockValues<T> values_of(const CellLayout& layout, T* array) {
  return {array + layout.origin, layout.stride};
}

/// (m − D ∇²) u = f on one of the grids of a DiffusionMultigrid, by second-order differences, and
/// the parts of a cycle there. The relaxation is Chebyshev's of the fourth kind and second degree
/// (Lottes 2023, algorithm 3) of the system divided by its diagonal.
class DiffusionLevel {
 public:
  using Field = AlignedArray<double>;

  /// Keeps a reference to `cells`.
  explicit DiffusionLevel(CellGrid& cells);

  /// Whether cells can be joined by two along every axis: nearly cubes, an even number of them
  /// along each axis of every block, and enough of them to be worth it.
  static bool can_be_joined(const CellGrid& cells);

  CellGrid& cells() { return *cells_; }

  /// `mass`, an array of the layout, is nowhere smaller than `least` > 0. Local.
  void set(double diffusivity, const double* mass, double least);

  /// Relaxes from u = 0. Collective.
  void relax_from_zero(const BlockValues<const double>& f);
  /// The mean of f − (m − D ∇²) u over joined cells, an array of the coarse layout. Local.
  void coarsen_residual(const BlockValues<const double>& f, const CellGrid& coarse,
                        double* to) const;
  /// u += what lies between the values of the coarse grid; their ghosts are filled. Collective.
  void add_correction(CellGrid& coarse, double* correction);
  /// Relaxes further, and puts the result into `to`, which may be that of u(). Collective.
  void relax(const BlockValues<const double>& f, const BlockValues<double>& to);

  /// Arrays of the layout: u, and room for the f of a coarse grid.
  double* u() { return u_.data(); }
  double* f() { return f_.data(); }
  const double* f() const { return f_.data(); }

  std::size_t memory_bytes() const { return 5 * u_.bytes(); }

 private:
  /// Of what a step makes of u: of u itself, of an earlier u, and of the way to what would solve
  /// each cell's equation, over the largest eigenvalue.
  struct Weights {
    double own, before, change;
  };
  /// `from` is u, with ghosts. Local.
  void take_step(const BlockValues<const double>& f, const Field& from, const Field& before,
                 const BlockValues<double>& to, const Weights& weights) const;

  CellGrid* cells_;
  std::array<double, 3> rates_{};  ///< D/h² along each axis
  double largest_ = 2.0;           ///< a bound of the eigenvalues of the scaled system
  Field diagonal_, inverse_, u_, other_, f_;
};

/// Fills all ghosts of an array of a grid's layout: beyond ends they mirror the cells inside, with
/// the other sign where the value at the end is 0. Collective.
void fill_diffusion_ghosts(CellGrid& cells, double* field);

/// The mean over joined cells, of an array of the fine layout, as one of the coarse. Local.
void average_over_joined(const CellGrid& fine, const CellGrid& coarse, const double* from,
                         double* to);

}  // namespace parapet
