#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/formula.hpp"

namespace parapet {

/// Values of a function at `count` points, one array a coordinate.
using PointValues = std::function<void(std::span<const double* const> x, std::span<double> values)>;

/// Adds `scale` ∂V/∂x_a at points to `slope`, one array an axis: by central differences of fourth
/// order, over steps at which rounding and the neglected terms are about as large.
void add_slope(const PointValues& V, double scale, std::span<const double* const> x,
               std::span<double* const> slope, std::size_t count);

/// A formula of x, y, z (as many as there are dimensions) and its slope.
class FormulaSlope {
 public:
  FormulaSlope(const std::string& text, int dimensions);

  void values(std::span<const double* const> x, std::span<double> out) const;
  /// ∂V/∂x_a, one array an axis.
  void slope(std::span<const double* const> x, std::span<double* const> out,
             std::size_t count) const;

 private:
  Formula formula_;
};

}  // namespace parapet
