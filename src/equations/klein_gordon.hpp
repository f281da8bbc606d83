#pragma once

#include "equations/second_order_wave.hpp"

namespace parapet {

/// Klein–Gordon (Klein 1926; Gordon 1926), waves with a lowest frequency m:
///   ∂²u/∂t² = c² ∇²u − m² u
/// Exact solution: every mode turns by itself, û_k ∼ exp(± i ω t) with ω² = c²|k|² + m².
struct KleinGordon {
  static constexpr std::string_view name = "klein-gordon";
  static constexpr std::string_view summary =
      "Klein-Gordon, waves with a lowest frequency: u_tt = c^2 lap(u) - m^2 u";
  static constexpr Components<2> components = wave_components;

  Parameter c = {"wave_speed", 1.0, "speed of short waves", "length/time", positive,
                 "Klein 1926", "c"};
  Parameter m = {"mass",       1.0, "frequency of the longest waves", "1/time", non_negative,
                 "Klein 1926", "m"};

  auto parameters() { return std::array{&c, &m}; }
  double wave_speed() const { return c; }
  double mass_square() const { return m * m; }
};

}  // namespace parapet
