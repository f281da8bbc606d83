#pragma once

#include <array>
#include <cmath>
#include <numbers>

#include "equations/process.hpp"

namespace parapet {

/// Keller & Segel (1970) in the form of Patlak (1953), cells that follow a signal they make
/// themselves, on the whole line, plane or space:
///   ∂ρ/∂t = D ∇²ρ − χ ∇·(ρ ∇c),   −∇²c = ρ
/// Gradient flow of ∫ D ρ log ρ − ½ χ ρ c. In the plane d/dt ∫|x|²ρ = 4 M (D − χ M/8π): mass below
/// 8π D/χ spreads, above it concentrates in finite time (Blanchet, Dolbeault & Perthame 2006).
struct KellerSegel : OneDensity {
  static constexpr std::string_view name = "keller-segel";
  static constexpr std::string_view summary =
      "Keller-Segel u_t = D lap(u) - chi div(u grad(c)), -lap(c) = u on the whole space";

  Parameter D = {
      "diffusivity", 1.0, "of the cells", "length²/time", positive, "Blanchet et al. 2006: 1", "D"};
  Parameter chi = {
      "sensitivity", 1.0, "to the signal", "length^d/time", non_negative, "Blanchet et al. 2006: 1",
      "chi"};

  auto parameters() { return std::array{&D, &chi}; }

  template <class X>
  X potential(const X*, int) const {
    return X(0.0);
  }
  /// −χ times Green's function of −∇².
  template <class X>
  X interaction(const X* r, int d) const {
    using std::log;
    using std::sqrt;
    X square(0.0);
    for (int i = 0; i < d; ++i) square = square + r[i] * r[i];
    if (d == 1) return 0.5 * chi * (square == X(0.0) ? X(0.0) : sqrt(square));
    if (d == 2) return chi / (4.0 * std::numbers::pi) * log(square);
    return -chi / (4.0 * std::numbers::pi) / sqrt(square);
  }
  template <class X>
  X radial_slope(X square, int d) const {
    using std::sqrt;
    if (d == 1) return 0.5 * chi / sqrt(square);
    if (d == 2) return chi / (2.0 * std::numbers::pi) / square;
    return chi / (4.0 * std::numbers::pi) / (square * sqrt(square));
  }
  Tensor diffusion(const double*, int) const { return isotropic(D); }
};

}  // namespace parapet
