#pragma once

#include <array>

namespace parapet {

/// SRKN₆ᵇ of Blanes & Moan, "Practical symplectic partitioned Runge–Kutta and Runge–Kutta–Nyström
/// methods", J. Comput. Appl. Math. 142 (2002), table 3: of fourth order, symplectic and symmetric,
/// for a kick that depends on positions only and a drift that is the exact flow of a Hamiltonian
/// quadratic in the momenta. A step of length h is
///   kick b₀h, drift a₀h, kick b₁h, … drift a₅h, kick b₆h;
/// the last kick and the next step's first one take the same force, so that a step costs six.
struct BlanesMoan {
  static constexpr int drifts = 6;
  /// Of drift j: the first three, which come back in reverse.
  static constexpr std::array<double, 3> drift = {0.245298957184271, 0.604872665711080,
                                                  0.5 - (0.245298957184271 + 0.604872665711080)};
  static constexpr std::array<double, 4> kick = {
      0.0829844064174052, 0.396309801498368, -0.0390563049223486,
      1.0 - 2.0 * (0.0829844064174052 + 0.396309801498368 - 0.0390563049223486)};

  /// Place of drift j in `drift`, of kick j in `kick`.
  static constexpr std::size_t drift_place(int j) {
    return static_cast<std::size_t>(j < 3 ? j : 5 - j);
  }
  static constexpr std::size_t kick_place(int j) {
    return static_cast<std::size_t>(j < 4 ? j : 6 - j);
  }
};

}  // namespace parapet
