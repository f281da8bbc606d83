#pragma once

#include <array>

#include "equations/process.hpp"

namespace parapet {

/// Geometric Brownian motion of a price (Samuelson 1965), independent along every axis, on x > 0:
///   dX = μ X dt + σ X dW   (Itô),    ∂ρ/∂t = −∂(μ x ρ)/∂x + ½ ∂²(σ² x² ρ)/∂x²
/// Exact: log-normal, log X has the mean log x₀ + (μ − σ²/2) t and the variance σ² t; ⟨X⟩ grows as
/// e^{μt}.
struct GeometricBrownianMotion : OneDensity {
  static constexpr std::string_view name = "geometric-brownian-motion";
  static constexpr std::string_view summary =
      "geometric Brownian motion dX = mu X dt + sigma X dW (Ito), as a density";

  Parameter mu = {"growth", 0.05, "growth of the mean", "1/time", {}, "Black & Scholes 1973", "mu"};
  Parameter sigma = {"volatility",   0.2,      "noise relative to the price",
                     "1/time^(1/2)", positive, "Black & Scholes 1973",
                     "sigma"};

  auto parameters() { return std::array{&mu, &sigma}; }

  template <class T>
  void drift(const T* x, int d, T* f) const {
    for (int a = 0; a < d; ++a) f[a] = mu * x[a];
  }
  Tensor diffusion(const double* x, int d) const {
    const double D = 0.5 * sigma * sigma;
    return {D * x[0] * x[0], d > 1 ? D * x[1] * x[1] : 0.0, d > 2 ? D * x[2] * x[2] : 0.0};
  }
};

}  // namespace parapet
