#pragma once

#include "equations/forms.hpp"

namespace parapet {

/// Heat (Fourier 1822):  ∂u/∂t = D ∇²u.
/// Exact solution: every mode decays by itself, û_k(t) = û_k(0) exp(−D |k|² t); the solver takes
/// any step exactly.
struct Heat {
  static constexpr std::string_view name = "heat";
  static constexpr std::string_view summary = "heat conduction u_t = D lap(u)";
  static constexpr Components<1> components = {"u"};
  static constexpr int degree = 1;
  static constexpr bool conserves_mean = true;

  Parameter D = {"diffusivity",  1.0, "diffusivity of u", "length²/time", non_negative,
                 "Fourier 1822", "D"};

  auto parameters() { return std::array{&D}; }
  double diffusivity(int) const { return D; }

  template <class T>
  void reaction(const T*, T* r) const {
    r[0] = T(0.0);
  }
  template <class T>
  T potential(const T*) const {
    return T(0.0);
  }
};

}  // namespace parapet
