#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/separated_formula.hpp"
#include "grid/aligned_array.hpp"
#include "grid/cell_grid.hpp"

namespace parapet {

/// A given velocity at the cells of a block and their ghosts, at the times of the stages of a step,
/// one array of the grid's layout an axis. Beyond the end of a periodic axis it is that of the
/// other end, beyond a reflecting end its mirror image, beyond others what formulas say there, or
/// that of the last cell.
class VelocityField {
 public:
  /// One formula an axis, of x, y, z and t, and how many times are to be kept at once, of a
  /// velocity that changes. Keeps a reference to `cells`.
  VelocityField(CellGrid& cells, const std::vector<std::string>& texts, std::size_t times);
  /// A steady one: an array of this rank's cells an axis. Collective.
  VelocityField(CellGrid& cells, const std::vector<std::vector<double>>& values);

  bool is_steady() const { return is_steady_; }
  /// Makes the velocity number `kept`, or the last, that of a time.
  void set_time(std::size_t kept, double time);
  /// Makes the second the first.
  void go_on();
  /// The place of the block's first cell.
  const double* at_origin(std::size_t kept, int axis) const;
  /// The largest Σ_a |v_a|/h_a of this rank's cells in the first, infinite where one is not finite.
  double rate() const;
  /// The largest Σ_a |v_a|/h_a over a time to come, at a few points of the whole grid and a few
  /// times: the same on every rank. Of formulas.
  double largest_rate(double time, double duration) const;
  std::size_t bytes() const;

 private:
  using Fields = std::vector<AlignedArray<double>>;
  struct Kept {
    double time;
    Fields values;  ///< one an axis
  };
  /// A formula, what its products are of place at the cells, and the same at a few points.
  struct Component {
    SeparatedFormula formula;
    Fields of_place;
    std::vector<std::vector<double>> at_points;
  };

  void add_products(int axis);
  AlignedArray<double> field() const;
  std::size_t number(std::size_t kept) const {
    return kept < kept_.size() ? kept : kept_.size() - 1;
  }
  void evaluate(const Component& component, int axis, double time, double* to);
  void evaluate_cells(const Formula& formula, int axis, double time, double* to);
  void evaluate_row(const Formula& formula, int axis, std::array<std::int64_t, 3> first,
                    double time, double* to);
  double at_point(const Component& component, std::size_t point, double time) const;

  CellGrid* cells_;
  bool is_steady_ = true;
  std::vector<Component> components_;  ///< none when the values are given
  std::vector<std::array<double, 3>> points_;
  std::vector<Kept> kept_;
  std::array<std::vector<double>, 4> row_;
};

}  // namespace parapet
