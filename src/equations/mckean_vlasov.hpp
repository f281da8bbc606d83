#pragma once

#include <array>

#include "equations/process.hpp"

namespace parapet {

/// McKean (1966) – Vlasov with a spring between any two particles:
///   dX = −k X dt − κ ∫(X − y) ρ(y) dy dt + √(2T) dW
/// Gradient flow of ∫ T ρ log ρ + ½ k |x|² ρ + ½ ∬ ½ κ |x − y|² ρ ρ. Exact for mass 1: a Gaussian
/// stays one, its mean decays with e^{−kt}, each variance as v' = −2 (k + κ) v + 2 T.
struct McKeanVlasov : OneDensity {
  static constexpr std::string_view name = "mckean-vlasov";
  static constexpr std::string_view summary =
      "McKean-Vlasov with springs: dX = -k X dt - kappa (X - <X>) dt + sqrt(2T) dW, as a density";

  Parameter k = {"stiffness", 0.0, "of the spring to the origin", "1/time", {}, "", "k"};
  Parameter kappa = {"attraction",  1.0,    "of the springs between particles", "1/time", {},
                     "McKean 1966", "kappa"};
  Parameter T = {"temperature", 0.25, "diffusivity", "length²/time", positive, "", "T"};

  auto parameters() { return std::array{&k, &kappa, &T}; }

  template <class X>
  X potential(const X* x, int d) const {
    return 0.5 * k * square(x, d);
  }
  template <class X>
  X interaction(const X* r, int d) const {
    return 0.5 * kappa * square(r, d);
  }
  template <class X>
  X radial_slope(X, int) const {
    return X(kappa);
  }
  Tensor diffusion(const double*, int) const { return isotropic(T); }

 private:
  template <class X>
  static X square(const X* x, int d) {
    X sum(0.0);
    for (int a = 0; a < d; ++a) sum = sum + x[a] * x[a];
    return sum;
  }
};

}  // namespace parapet
