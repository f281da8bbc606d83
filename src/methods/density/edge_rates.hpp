#pragma once

#include <array>
#include <string>
#include <vector>

#include "grid/aligned_array.hpp"
#include "grid/cell_grid.hpp"
#include "methods/density/edge_sampler.hpp"

namespace parapet {

/// Whether the edge from a cell of the block, given by its indices in it, stays in the domain.
bool is_inside(const CellGrid& cells, const std::array<std::int64_t, 3>& cell,
               const std::array<int, 3>& step);

/// A process on the cells of a grid as a Markov chain: how much of a cell's mass goes to its
/// neighbours per time. On the edge from a cell x to x + e the net flow is
///   F_e(x) = out_e(x) u(x) − in_e(x) u(x + e),     du/dt = G u = Σ_e F_e(x − e) − F_e(x)
/// with the rates of Scharfetter & Gummel (1969) and Chang & Cooper (1970),
///   out = D/h² B(−q/D),  in = D/h² B(q/D),  q = −ΔV + h f − ΔD,  B(z) = z/(eᶻ − 1),
/// second order in h, never negative, and without flow at e^{−V/D} whatever h. Where D = 0 they are
/// upwind. A tensor with entries off its diagonal is a sum Σ λ_e e eᵀ over the axes and the
/// diagonals of cells with λ_e ≥ 0, and P = e·D⁻¹(b − ∇·D) takes the place of q/D: the chain stays
/// one where D is not too slanted for the cells.
class EdgeRates {
 public:
  using Field = AlignedArray<double>;

  struct Direction {
    std::array<int, 3> step;  ///< e, in cells
    std::ptrdiff_t stride;    ///< from x to x + e in memory
    Field out, in;            ///< at x, ghosts included
    /// The last axis along which e goes.
    std::size_t axis() const { return step[2] != 0 ? 2 : step[1] != 0 ? 1 : 0; }
    bool is_degenerate = false;  ///< whether nothing diffuses along it, somewhere
  };

  /// No rates yet. With `has_cross` there are edges along the diagonals too, for which the grid's
  /// ghosts have to reach corners.
  EdgeRates(CellGrid& cells, bool has_cross);

  /// The rates of a process at a time. Throws a collective Failure(bad_input) that names the place
  /// where V, f or D is not finite, D is no diffusion, or too slanted. Collective.
  void tabulate(const DensityProcess& process, double time);

  /// Rates out of anything: pair_at(e, x, stride, 1/h²) of every edge inside the domain, e its
  /// direction's number, h its length along an axis. Nothing is absorbed. Collective.
  template <class F>
  void fill(F&& pair_at);

  /// The same with central fluxes in place of upwind ones where nothing diffuses: second order,
  /// but no Markov chain.
  EdgeRates centred() const;

  const std::vector<Direction>& directions() const { return directions_; }
  CellGrid& cells() const { return *cells_; }
  /// What each cell loses per time and unit of density, through absorbing ends included.
  const Field& leaving() const { return leaving_; }
  /// Through absorbing ends alone; of size 0 where there are none.
  const Field& absorbed() const { return absorbed_; }
  bool is_upwind_somewhere() const;
  /// 1 / the largest of `leaving`: steps of Euler's method up to this keep densities positive.
  double longest_positive_step() const { return longest_positive_step_; }

  /// du = G u; the ghosts of u are filled, whatever lies beyond an end.
  void apply(const double* u, double* du) const;

  /// An array of the layout, all zero.
  Field make_field() const;
  std::size_t memory_bytes() const;

 private:
  void tabulate_edges(const DensityProcess& process, double time, Direction& direction,
                      std::string& fault);
  void tabulate_absorption(const DensityProcess& process, double time, int axis, int side,
                           std::string& fault);
  void finish();

  CellGrid* cells_;
  bool has_cross_;
  std::vector<Direction> directions_;
  Field leaving_, absorbed_;
  double longest_positive_step_ = 0.0;
};

template <class F>
void EdgeRates::fill(F&& pair_at) {
  const CellLayout& layout = cells_->layout();
  const auto row_axis = static_cast<std::size_t>(layout.row_axis);
  for (std::size_t e = 0; e < directions_.size(); ++e) {
    Direction& direction = directions_[e];
    const double h = cells_->grid().spacing(static_cast<int>(direction.axis()));
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
      std::array<std::int64_t, 3> cell{i, j, k};
      for (std::ptrdiff_t x = row; x < row + layout.row_length(); ++x) {
        RatePair pair;
        if (is_inside(*cells_, cell, direction.step)) {
          pair = pair_at(e, x, direction.stride, 1.0 / (h * h));
        }
        direction.out.data()[x] = pair.out, direction.in.data()[x] = pair.in;
        ++cell[row_axis];
      }
    });
  }
  finish();
}

}  // namespace parapet
