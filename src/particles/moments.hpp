#pragma once

#include <cmath>
#include <cstddef>

#include "base/vector_number.hpp"

namespace parapet {

/// Terms x_c, x_c², … up to the `degree`, of each component in turn: what a
/// mean-field system needs whose interaction is a polynomial of the separation.
template <std::size_t components_, std::size_t degree>
struct PolynomialMoments {
  static constexpr std::size_t components = components_, moments = components * degree;

  /// Where ⟨x_c^power⟩ stands.
  static constexpr std::size_t place(std::size_t c, std::size_t power) {
    return c * degree + power - 1;
  }

  template <class X>
  PARAPET_INLINE void terms(const X* x, X* m) const {
    for (std::size_t c = 0; c < components; ++c) {
      X power = x[c];
      for (std::size_t p = 1; p <= degree; ++p) {
        m[place(c, p)] = power;
        power = power * x[c];
      }
    }
  }
};

/// Terms cos θ, sin θ, cos 2θ, sin 2θ, …, cos kθ, sin kθ with k = `harmonics`, of one phase.
template <std::size_t harmonics>
struct TrigonometricMoments {
  static constexpr std::size_t components = 1, moments = 2 * harmonics;

  template <class X>
  PARAPET_INLINE void terms(const X* theta, X* m) const {
    using std::cos;
    using std::sin;
    m[0] = cos(theta[0]);
    m[1] = sin(theta[0]);
    for (std::size_t k = 1; k < harmonics; ++k) {
      m[2 * k] = m[2 * k - 2] * m[0] - m[2 * k - 1] * m[1];
      m[2 * k + 1] = m[2 * k - 1] * m[0] + m[2 * k - 2] * m[1];
    }
  }
};

/// Kuramoto's oscillators (1975): dθ = (ω + K r sin(ψ − θ)) dt + σ dW,  r e^{iψ} = ⟨e^{iθ}⟩. Each
/// has its own ω.
struct PhaseOscillators : TrigonometricMoments<1> {
  static constexpr std::size_t constants = 1;

  double K = 1.0;  ///< coupling, 1/time

  template <class X>
  PARAPET_INLINE void drift(const X* theta, const double* omega, const double* mean, X* b) const {
    using std::cos;
    using std::sin;
    b[0] = omega[0] + K * (mean[1] * cos(theta[0]) - mean[0] * sin(theta[0]));
  }
};

}  // namespace parapet
