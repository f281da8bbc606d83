#pragma once

#include "equations/linear_spectral.hpp"

namespace parapet {

/// Heat (Fourier 1822):  ∂u/∂t = D ∇²u.
/// Exact solution: every mode decays by itself, û_k(t) = û_k(0) exp(−D |k|² t).
struct Heat {
  static constexpr std::string_view name = "heat";
  static constexpr std::string_view summary = "heat conduction u_t = D lap(u)";
  static constexpr Components<1> components = {"u"};
  static constexpr int degree = 1;
  static constexpr bool conserves_mean = true;
  static constexpr bool keeps_mirror_images = true;

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

  double damping(const Wavevector& k) const { return D * k.k2; }
  template <class C>
  void rate(const Wavevector& k, const C* u, C* r) const {
    r[0] = -damping(k) * u[0];
  }
  template <class C>
  void propagate(const Wavevector& k, double t, C* u) const {
    u[0] *= std::exp(-damping(k) * t);
  }
  template <class C>
  double energy(const Wavevector&, const C* u) const {
    return 0.5 * std::norm(u[0]);
  }
};

static_assert(LinearSpectral<Heat>);

}  // namespace parapet
