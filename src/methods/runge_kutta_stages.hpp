#pragma once

#include <string_view>
#include <vector>

#include "methods/tile_sweep.hpp"

namespace parapet {

/// The explicit Runge–Kutta methods: "ssprk3", "rk4" and "euler".
struct RungeKutta {
  std::string_view name;
  std::size_t stages;
  double real_interval;  ///< stable where −real_interval ≤ λ dt ≤ 0

  /// The stages of steps of these lengths, one step after another.
  std::vector<Stage> over(std::span<const double> steps) const;
};

/// `name` is that of one; "auto" is "ssprk3".
const RungeKutta& runge_kutta_named(std::string_view name);

}  // namespace parapet
