#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/formula.hpp"
#include "grid/grid.hpp"

namespace parapet {

/// A value of a formula, and where: "x = 0.5, y = 0, z = 0".
struct FormulaValue {
  double value = 0.0;
  std::string place;
};

/// The first value that is not sound among those of a formula of x, y, z (and t, if it takes a
/// fourth variable) at points of the grid, at most 65536 of them.
std::optional<FormulaValue> first_unsound(const Formula& formula, const Grid& grid, double time,
                                          const std::function<bool(double)>& is_sound);

}  // namespace parapet
