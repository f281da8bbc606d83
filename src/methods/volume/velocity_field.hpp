#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/formula.hpp"
#include "grid/aligned_array.hpp"
#include "grid/cell_grid.hpp"

namespace parapet {

/// A given velocity at the cells of a block and their ghosts, one array of the grid's layout an
/// axis. Beyond the end of a periodic axis it is that of the other end, beyond a reflecting end its
/// mirror image, beyond others what the formulas say there.
class VelocityField {
 public:
  /// One formula an axis, of x, y, z and t. Keeps a reference to `cells`.
  VelocityField(const CellGrid& cells, const std::vector<std::string>& texts);

  bool is_steady() const { return is_steady_; }
  /// Makes it that of a time.
  void set_time(double time);
  /// The place of the block's first cell.
  const double* at_origin(int axis) const;
  /// The largest Σ_a |v_a|/h_a of this rank's cells, infinite where one is not finite.
  double rate() const;
  /// The largest Σ_a |v_a|/h_a over a time to come, at a few points of the whole grid and a few
  /// times: the same on every rank.
  double largest_rate(double time, double duration) const;
  std::size_t bytes() const;

 private:
  void evaluate(int axis, double time);
  void evaluate_row(int axis, std::array<std::int64_t, 3> first, double time);

  const CellGrid* cells_;
  std::vector<Formula> formulas_;
  bool is_steady_ = true;
  double time_;
  std::vector<AlignedArray<double>> values_;
  std::array<std::vector<double>, 4> row_;
};

}  // namespace parapet
