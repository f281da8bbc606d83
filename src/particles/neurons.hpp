#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "base/vector_number.hpp"

namespace parapet {

/// Neurons (a, w, b) of a network with one hidden layer, f(x) = s ⟨a tanh(w x + b)⟩, in training:
///   dθ = −(1/(s n)) Σ_j (f(x_j) − y_j) ∂_θ (a tanh(w x_j + b)) dt − λ θ dt
/// for y = sin πx + ½ sin 3πx at n = 64 points. A mean-field system: the moments are f(x_j)/s.
struct Neurons {
  static constexpr std::size_t components = 3, constants = 0, moments = 64;

  double s = 1.0;       ///< scaling of the output
  double lambda = 0.0;  ///< pull of all weights to 0, 1/time
  std::array<double, moments> x{}, y{};

  Neurons(double scaling, double pull) : s(scaling), lambda(pull) {
    constexpr double n = moments;
    for (std::size_t j = 0; j < moments; ++j) {
      x[j] = -1.0 + 2.0 * (static_cast<double>(j) + 0.5) / n;
      const double turn = std::numbers::pi * x[j];
      y[j] = std::sin(turn) + 0.5 * std::sin(3.0 * turn);
    }
  }

  /// f(x_j) − y_j.
  PARAPET_INLINE double residual(std::size_t j, const double* M) const { return s * M[j] - y[j]; }

  /// Error 1.5 · 2⁻⁵².
  template <class X>
  PARAPET_INLINE static X tanh_of(X z) {
    using std::exp;
    return 1.0 - 2.0 / (1.0 + exp(2.0 * z));
  }

  template <class X>
  PARAPET_INLINE void terms(const X* theta, X* m) const {
    for (std::size_t j = 0; j < moments; ++j) {
      m[j] = theta[0] * tanh_of<X>(theta[1] * x[j] + theta[2]);
    }
  }

  template <class X>
  PARAPET_INLINE void drift(const X* theta, const double*, const double* M, X* d) const {
    X sum[components] = {0.0, 0.0, 0.0};
    for (std::size_t j = 0; j < moments; ++j) {
      const X t = tanh_of<X>(theta[1] * x[j] + theta[2]);
      const X slope = residual(j, M) * (1.0 - t * t);
      sum[0] = sum[0] + residual(j, M) * t;
      sum[1] = sum[1] + slope * x[j];
      sum[2] = sum[2] + slope;
    }
    finish(theta, sum, d);
  }

  /// The same for a few particles at once, one array a component and a moment.
  template <class Arrays, class Rows>
  PARAPET_INLINE void terms_together(const Arrays& theta, std::size_t count, Rows& m) const {
    for (std::size_t j = 0; j < moments; ++j) {
      PARAPET_INDEPENDENT
      for (std::size_t i = 0; i < count; ++i) {
        const VectorNumber a = theta[0][i], w = theta[1][i], b = theta[2][i];
        m[j][i] = (a * tanh_of<VectorNumber>(w * x[j] + b)).value;
      }
    }
  }
  template <class Arrays, class Rows>
  PARAPET_INLINE void drift_together(const Arrays& theta, const double* M, std::size_t count,
                                     Rows& d) const {
    for (auto& row : d) {
      for (std::size_t i = 0; i < count; ++i) row[i] = 0.0;
    }
    for (std::size_t j = 0; j < moments; ++j) {
      const double r = residual(j, M), at = x[j];
      PARAPET_INDEPENDENT
      for (std::size_t i = 0; i < count; ++i) {
        const VectorNumber w = theta[1][i], b = theta[2][i];
        const VectorNumber t = tanh_of<VectorNumber>(w * at + b), slope = r * (1.0 - t * t);
        d[0][i] += (r * t).value;
        d[1][i] += (slope * at).value;
        d[2][i] += slope.value;
      }
    }
    PARAPET_INDEPENDENT
    for (std::size_t i = 0; i < count; ++i) {
      const VectorNumber at[] = {theta[0][i], theta[1][i], theta[2][i]};
      const VectorNumber sum[] = {d[0][i], d[1][i], d[2][i]};
      VectorNumber whole[components];
      finish(at, sum, whole);
      for (std::size_t c = 0; c < components; ++c) d[c][i] = whole[c].value;
    }
  }

 private:
  template <class X>
  PARAPET_INLINE void finish(const X* theta, const X* sum, X* d) const {
    const double share = 1.0 / (s * static_cast<double>(moments));
    d[0] = -share * sum[0] - lambda * theta[0];
    d[1] = -share * (theta[0] * sum[1]) - lambda * theta[1];
    d[2] = -share * (theta[0] * sum[2]) - lambda * theta[2];
  }
};

}  // namespace parapet
