#pragma once

#include "equations/second_order_wave.hpp"

namespace parapet {

/// The wave equation (d'Alembert 1747):  ∂²u/∂t² = c² ∇²u.
/// Exact solution: every mode turns by itself, û_k ∼ exp(± i c |k| t).
struct Wave {
  static constexpr std::string_view name = "wave";
  static constexpr std::string_view summary = "waves u_tt = c^2 lap(u)";
  static constexpr Components<2> components = wave_components;

  Parameter c = {"wave_speed",      1.0, "speed of waves", "length/time", positive,
                 "d'Alembert 1747", "c"};

  auto parameters() { return std::array{&c}; }
  double wave_speed() const { return c; }
  double mass_square() const { return 0.0; }
};

}  // namespace parapet
