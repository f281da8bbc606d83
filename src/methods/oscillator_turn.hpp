#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "grid/spectral_transform.hpp"

namespace parapet {

/// The exact motion of many oscillators u″ = −ω² u over a time t, each turning in its plane of u
/// and v = u′ by θ = ω t. The turn is made of three shears,
///   u += p v,  v −= q u,  u += p v    with p = tan(θ/2)/ω, q = ω sin θ,
/// each of which keeps areas whatever rounding does to p, q and the sums: over 10⁵ turns no energy
/// drifts in (a rotation by shears: Paeth 1986). θ is first brought into ±π/2 by half
/// turns, which are a change of sign.
class OscillatorTurn {
 public:
  OscillatorTurn(std::span<const double> frequency_squares, double t);

  std::size_t memory_bytes() const { return 3 * sizeof(double) * p_.size(); }

  /// Turns u and v after v += kick · f. All arrays have an entry an oscillator.
  void kick_and_turn(double kick, const Complex* f, Complex* u, Complex* v) const;
  void turn(Complex* u, Complex* v) const;

 private:
  std::vector<double> p_, q_, sign_;
};

}  // namespace parapet
