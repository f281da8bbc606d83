#pragma once

#include <array>

#include "equations/particle_system.hpp"

namespace parapet {

/// The spatially homogeneous equation of Landau (1936) for Maxwell's molecules, velocities v as the
/// axes of the grid, by its particles without noise (Carrillo, Hu, Wang & Wu 2020):
///   ∂f/∂t = ∇·∫ A(v − v*) (f(v*) ∇f(v) − f(v) ∇f(v*)) dv*,   A(z) = B (|z|² I − z zᵀ)
///   dv_p/dt = −Σ_q w_q A(v_p − v_q) (F_p − F_q),   F = ∇ δE_ε/δf,  E_ε = ∫ (f∗ψ_ε) log(f∗ψ_ε)
/// with ψ_ε the Gaussian of variance ε = 0.64 h^{1.98}, h their largest distance along an axis at
/// the start, one in the middle of each cell with the weight f there; integrals over v are sums
/// over the cells. Mass, momentum and energy stay as they are, entropy does not fall. Exact: the
/// solution of Bobylev (1975), Krook & Wu (1977), see Carrillo et al.:
///   2-D, B = 1/16: f = e^{−v²/2K}/(2πK) [(2K − 1)/K + (1 − K) v²/2K²],  K = 1 − e^{−t/8}/2
///   3-D, B = 1/24: f = e^{−v²/2K}/(2πK)^{3/2} [(5K − 3)/2K + (1 − K) v²/2K²],  K = 1 − e^{−t/6}
struct Landau : SeenAsDensity {
  static constexpr std::string_view name = "landau";
  static constexpr std::string_view summary =
      "homogeneous Landau equation for Maxwell molecules, by deterministic particles";

  Parameter B = {
      "collision_strength",   0.0625, "strength of collisions, B", "1/(density time)", positive,
      "Carrillo et al. 2020", "B"};

  auto parameters() { return std::array{&B}; }
  static ParticleNumbers particle_numbers(int d) { return {d, false, true}; }
};

}  // namespace parapet
