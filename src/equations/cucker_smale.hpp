#pragma once

#include <array>

#include "equations/particle_system.hpp"

namespace parapet {

/// Flocking (Cucker & Smale 2007): particles take over the velocities of those around them,
///   dx_i = v_i dt,   dv_i = K/N Σ_j ψ(|x_j − x_i|) (v_j − v_i) dt + √(2D) dW_i,
///   ψ(r) = (1 + r²/l²)^{−β}
/// Without noise the mean velocity stays as it is and, for β ≤ ½, all come to have it from
/// any start; for β > ½ if they start close enough (Ha & Liu 2009).
struct CuckerSmale : SeenAsDensity {
  static constexpr std::string_view name = "cucker-smale";
  static constexpr std::string_view summary =
      "Cucker-Smale flocking: dx = v dt, dv = K <psi(|x'-x|) (v'-v)> dt + sqrt(2D) dW, "
      "psi = (1 + r^2/l^2)^-beta";

  Parameter K = {"coupling", 1.0,          "how fast velocities are taken over",
                 "1/time",   non_negative, "Cucker & Smale 2007",
                 "K"};
  Parameter beta = {"decay", 0.25,         "of the influence with distance; up to 1/2 all flock",
                    "1",     non_negative, "Cucker & Smale 2007",
                    "beta"};
  Parameter l = {"length", 1.0, "distance at which influence begins to decay", "length", positive,
                 "",       "l"};
  Parameter D = {
      "diffusivity", 0.0, "of velocities, by noise", "velocity²/time", non_negative, "", "D"};
  Parameter spread = {"velocity_spread",
                      1.0,
                      "standard deviation of each component of the velocities at the start",
                      "velocity",
                      non_negative,
                      ""};

  auto parameters() { return std::array{&K, &beta, &l, &D, &spread}; }
  static ParticleNumbers particle_numbers(int d) { return {d, true}; }
};

}  // namespace parapet
