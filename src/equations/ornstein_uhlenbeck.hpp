#pragma once

#include <array>

#include "equations/process.hpp"

namespace parapet {

/// Ornstein–Uhlenbeck (Uhlenbeck & Ornstein 1930) with rotation in the plane of x and y:
///   dX = (−θ (X − μ) + ω J (X − μ)) dt + σ dW,  J = (0 −1; 1 0),
/// σσᵀ with the variances σ_x², σ_y², σ_z² and the correlation c of x and y. Exact: a Gaussian
/// stays one, its mean m and covariance Σ follow m' = A (m − μ), Σ' = AΣ + ΣAᵀ + σσᵀ with A = −θ +
/// ωJ; the steady Σ solves Lyapunov's equation.
struct OrnsteinUhlenbeck : OneDensity {
  static constexpr std::string_view name = "ornstein-uhlenbeck";
  static constexpr std::string_view summary =
      "Ornstein-Uhlenbeck dX = (-theta (X - mu) + omega J (X - mu)) dt + sigma dW, as a density";

  Parameter theta = {"rate", 1.0, "relaxation", "1/time", positive, "Uhlenbeck & Ornstein 1930",
                     "theta"};
  Parameter omega = {"rotation", 0.0, "angular velocity in the plane of x and y, no gradient",
                     "1/time",   {},  "Lelièvre, Nier & Pavliotis 2013",
                     "omega"};
  Parameter mu_x = {"centre_x", 0.0, "where x relaxes to", "length", {}, "", "mu_x"};
  Parameter mu_y = {"centre_y", 0.0, "where y relaxes to", "length", {}, "", "mu_y"};
  Parameter mu_z = {"centre_z", 0.0, "where z relaxes to", "length", {}, "", "mu_z"};
  Parameter sigma_x = {"noise_x",    1.0, "noise of x", "length/time^(1/2)",
                       non_negative, "",  "sigma_x"};
  Parameter sigma_y = {"noise_y",    1.0, "noise of y", "length/time^(1/2)",
                       non_negative, "",  "sigma_y"};
  Parameter sigma_z = {"noise_z",    1.0, "noise of z", "length/time^(1/2)",
                       non_negative, "",  "sigma_z"};
  Parameter correlation = {
      "correlation", 0.0, "of the noises of x and y", "", {-0.999, 0.999}, "", "c"};

  auto parameters() {
    return std::array{&theta,   &omega,   &mu_x,    &mu_y,       &mu_z,
                      &sigma_x, &sigma_y, &sigma_z, &correlation};
  }

  template <class T>
  T potential(const T* x, int d) const {
    T sum(0.0);
    for (int a = 0; a < d; ++a) sum = sum + (x[a] - centre(a)) * (x[a] - centre(a));
    return 0.5 * theta * sum;
  }
  template <class T>
  void drift(const T* x, int d, T* f) const {
    for (int a = 0; a < d; ++a) f[a] = T(0.0);
    if (d < 2) return;
    f[0] = -omega * (x[1] - mu_y);
    f[1] = omega * (x[0] - mu_x);
  }
  Tensor diffusion(const double*, int) const {
    return {0.5 * sigma_x * sigma_x, 0.5 * sigma_y * sigma_y, 0.5 * sigma_z * sigma_z,
            0.5 * correlation * sigma_x * sigma_y};
  }
  bool has_cross_diffusion() const { return correlation != 0.0; }

  /// Lyapunov's Σ in the order of Tensor: θ Σ_xx = D_xx − ω Σ_xy, θ Σ_yy = D_yy + ω Σ_xy, …
  Tensor steady_covariance(int d) const {
    const Tensor D = diffusion(nullptr, d);
    if (d < 2) return {D.xx / theta};
    const double xy =
        (omega * (D.xx - D.yy) + 2.0 * theta * D.xy) / (2.0 * (theta * theta + omega * omega));
    return {(D.xx - omega * xy) / theta, (D.yy + omega * xy) / theta, D.zz / theta, xy};
  }
  double log_steady(const double* x, int d) const {
    const Tensor S = steady_covariance(d);
    const double u = x[0] - mu_x, v = d > 1 ? x[1] - mu_y : 0.0, w = d > 2 ? x[2] - mu_z : 0.0;
    if (d == 1) return -0.5 * u * u / S.xx;
    const double plane =
        (S.yy * u * u - 2.0 * S.xy * u * v + S.xx * v * v) / (S.xx * S.yy - S.xy * S.xy);
    return -0.5 * (plane + (d > 2 ? w * w / S.zz : 0.0));
  }

 private:
  double centre(int axis) const { return axis == 0 ? mu_x : axis == 1 ? mu_y : mu_z; }
};

}  // namespace parapet
