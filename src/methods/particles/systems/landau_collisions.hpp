#pragma once

#include <array>
#include <cstddef>

namespace parapet {

/// Sums over molecules q with weights w, velocities v and forces F by which
///   Σ_q w_q (|z|² I − z zᵀ) (F_p − F_q),   z = v_p − v_q
/// follows for every p: it is a polynomial of v_p and F_p.
template <std::size_t d>
class CollisionMoments {
 public:
  using Vector = std::array<double, d>;

  void add(double w, const Vector& v, const Vector& F) {
    const double square = dot(v, v), along = dot(v, F);
    w_ += w;
    for (std::size_t a = 0; a < d; ++a) {
      wv_[a] += w * v[a];
      wF_[a] += w * F[a];
      wvvF_[a] += w * (square * F[a] - v[a] * along);
      for (std::size_t b = 0; b < d; ++b) {
        wvv_[a][b] += w * v[a] * v[b];
        wvF_[a][b] += w * v[a] * F[b];
      }
    }
  }

  /// The sum at v_p, F_p.
  Vector sum_at(const Vector& v, const Vector& F) const {
    const double square = dot(v, v), along = dot(v, F);
    const double mean_along = dot(wv_, F), force_along = dot(v, wF_);
    // Σ w |z|²
    const double separation = square * w_ - 2.0 * dot(v, wv_) + trace(wvv_);
    Vector sum;
    for (std::size_t a = 0; a < d; ++a) {
      double spread = 0.0, left = 0.0, right = 0.0;
      for (std::size_t b = 0; b < d; ++b) {
        spread += wvv_[a][b] * F[b];
        left += v[b] * wvF_[b][a];
        right += wvF_[a][b] * v[b];
      }
      const double of_own =
          separation * F[a] - (w_ * v[a] * along - v[a] * mean_along - wv_[a] * along + spread);
      const double of_others = square * wF_[a] - 2.0 * left + wvvF_[a] -
                               (v[a] * force_along - v[a] * trace(wvF_) - right);
      sum[a] = of_own - of_others;
    }
    return sum;
  }

 private:
  using Matrix = std::array<Vector, d>;

  static double dot(const Vector& x, const Vector& y) {
    double sum = 0.0;
    for (std::size_t a = 0; a < d; ++a) sum += x[a] * y[a];
    return sum;
  }
  static double trace(const Matrix& m) {
    double sum = 0.0;
    for (std::size_t a = 0; a < d; ++a) sum += m[a][a];
    return sum;
  }

  double w_ = 0.0;        ///< Σ w
  Vector wv_{}, wF_{};    ///< Σ w v, Σ w F
  Vector wvvF_{};         ///< Σ w (|v|² F − v (v·F))
  Matrix wvv_{}, wvF_{};  ///< Σ w v vᵀ, Σ w v Fᵀ
};

}  // namespace parapet
