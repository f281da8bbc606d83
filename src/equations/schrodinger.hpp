#pragma once

#include "equations/linear_spectral.hpp"

namespace parapet {

/// Schrödinger's equation of a free particle (Schrödinger 1926), ψ = real + i imaginary:
///   i ħ ∂ψ/∂t = −ħ²/(2 m) ∇²ψ
/// Exact solution: ψ̂_k(t) = ψ̂_k(0) exp(−i ħ |k|² t/(2 m)); ⟨|ψ|²⟩ stays as it is. A Gaussian packet
/// of width σ spreads to σ √(1 + (ħ t/(2 m σ²))²).
struct Schrodinger {
  static constexpr std::string_view name = "schrodinger";
  static constexpr std::string_view summary =
      "Schroedinger, a free quantum particle: i hbar psi_t = -hbar^2/(2 m) lap(psi)";
  static constexpr Components<2> components = {"real", "imaginary"};
  static constexpr bool conserves_mean = true;

  Parameter hbar = {
      "hbar", 1.0, "action quantum", "mass length²/time", positive, "1 in natural units", "hbar"};
  Parameter m = {"mass", 1.0, "of the particle", "mass", positive, "1 in natural units", "m"};

  auto parameters() { return std::array{&hbar, &m}; }

  double frequency(const Wavevector& k) const { return 0.5 * hbar / m * k.k2; }
  double damping(const Wavevector&) const { return 0.0; }

  template <class C>
  void rate(const Wavevector& k, const C* u, C* r) const {
    r[0] = frequency(k) * u[1];
    r[1] = -frequency(k) * u[0];
  }
  template <class C>
  void propagate(const Wavevector& k, double t, C* u) const {
    turn(-frequency(k) * t, u[0], u[1]);
  }
  template <class C>
  double energy(const Wavevector&, const C* u) const {
    return 0.5 * (std::norm(u[0]) + std::norm(u[1]));
  }
};

static_assert(LinearSpectral<Schrodinger>);

}  // namespace parapet
