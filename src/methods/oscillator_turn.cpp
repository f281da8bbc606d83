#include "methods/oscillator_turn.hpp"

#include <cmath>
#include <numbers>

namespace parapet {

OscillatorTurn::OscillatorTurn(std::span<const double> frequency_squares, double t)
    : p_(frequency_squares.size()), q_(p_.size()), sign_(p_.size()) {
  for (std::size_t i = 0; i < p_.size(); ++i) {
    const double omega = std::sqrt(frequency_squares[i]);
    const double half_turns = std::nearbyint(omega * t / std::numbers::pi);
    const double theta = omega * t - half_turns * std::numbers::pi;
    p_[i] = omega > 0.0 ? std::tan(0.5 * theta) / omega : 0.5 * t;
    q_[i] = omega * std::sin(theta);
    sign_[i] = std::fmod(half_turns, 2.0) == 0.0 ? 1.0 : -1.0;
  }
}

void OscillatorTurn::kick_and_turn(double kick, const Complex* f, Complex* u, Complex* v) const {
  const double *const p = p_.data(), *const q = q_.data(), *const sign = sign_.data();
  for (std::size_t i = 0; i < p_.size(); ++i) {
    const Complex v0 = v[i] + kick * f[i];
    const Complex u1 = u[i] + p[i] * v0;
    const Complex v1 = v0 - q[i] * u1;
    u[i] = sign[i] * (u1 + p[i] * v1);
    v[i] = sign[i] * v1;
  }
}

void OscillatorTurn::turn(Complex* u, Complex* v) const {
  const double *const p = p_.data(), *const q = q_.data(), *const sign = sign_.data();
  for (std::size_t i = 0; i < p_.size(); ++i) {
    const Complex u1 = u[i] + p[i] * v[i];
    const Complex v1 = v[i] - q[i] * u1;
    u[i] = sign[i] * (u1 + p[i] * v1);
    v[i] = sign[i] * v1;
  }
}

}  // namespace parapet
