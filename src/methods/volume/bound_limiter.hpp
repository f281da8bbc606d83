#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "grid/aligned_array.hpp"
#include "grid/cell_grid.hpp"
#include "methods/volume/field_range.hpp"

namespace parapet {

/// Keeps what a conservative step makes within bounds, in the manner of Xu (2014) and Xiong, Qiu &
/// Xu (2013): a step by the first-order monotone flux keeps them, so what the high-order flux of a
/// face adds to it, A, is reduced to θ A, 0 ≤ θ ≤ 1, where a cell would leave the bounds. Only such
/// cells are looked at, and of those that get too much only what they gain is reduced, so that the
/// order of accuracy is kept; a cell that its neighbours' reductions push out is treated next. What
/// one cell loses the other gains: the sum over all cells stays. Of two bounds 1e-11 of their
/// distance is overlooked, of one alone nothing.
class BoundLimiter {
 public:
  /// What passes a face upwards in the whole step, per cell: by the monotone and the high-order
  /// flux.
  struct Passage {
    double low, high;
  };
  /// Of the face above a cell, given by its distance from the block's first cell, along an axis.
  using Faces = std::function<Passage(int axis, std::ptrdiff_t cell)>;

  explicit BoundLimiter(CellGrid& cells);

  /// Brings the field `after`, which a step of high order has made of `before`, into the bounds.
  /// Arrays of the layout; their ghosts are not needed. Collective.
  void apply(const double* before, double* after, const Extrema& bounds, const Faces& faces);

  std::size_t bytes() const { return limits_.bytes(); }

 private:
  using Index = std::array<std::int64_t, 3>;
  /// A cell after the monotone step, and what the faces below and above it along each axis add.
  struct Budget {
    double low;
    std::array<double, 6> gains;
  };
  struct Work {
    const double* before;
    double* after;
    Extrema bounds;
    double tolerance;
    const Faces& faces;
  };

  std::ptrdiff_t place(const Index& cell) const {
    return cells_.layout().at(cell[0], cell[1], cell[2]);
  }
  bool is_own(const Index& cell) const;
  bool is_outside(const Work& work, const Index& cell) const;
  double size_about(const Work& work, const Index& cell) const;
  std::vector<Index> cells_outside(const Work& work) const;
  void exchange_limits();
  void limit_all(const Work& work, const std::vector<Index>& outside);
  std::vector<Index> make_again(const Work& work, const std::vector<Index>& newly_limited);
  double limit_of(const Work& work, const Index& cell);
  std::vector<Index> concerned(const std::vector<Index>& limited) const;
  void add_rim(std::vector<Index>& to) const;
  const Budget& budget(const Work& work, const Index& cell);
  Budget new_budget(const Work& work, const Index& cell) const;
  /// What is left of the gains, when `own` is the cell's limit.
  std::array<double, 6> limited(const Budget& budget, const Index& cell, double own) const;
  double sum_of(const Budget& budget, const Index& cell) const;

  CellGrid& cells_;
  std::size_t axes_;
  /// 0: none. Up to 1: what the cell gains is reduced by that share; down to −1: what it loses.
  /// 2: it gains and loses nothing beyond the monotone step.
  AlignedArray<double> limits_;
  std::vector<Index> limited_cells_;
  std::unordered_map<std::ptrdiff_t, Budget> budgets_;  ///< of this step, by place
};

}  // namespace parapet
