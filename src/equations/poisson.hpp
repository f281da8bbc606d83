#pragma once

#include "equations/elliptic.hpp"
#include "equations/linear_spectral.hpp"

namespace parapet {

/// Poisson (1813):  −∇²u = f.
/// Between ends that are periodic or without flux, f has zero mean, and so has u; exact is then
/// û_k = f̂_k / |k|².
struct Poisson {
  static constexpr std::string_view name = "poisson";
  static constexpr std::string_view summary = "Poisson -lap(u) = f, without time";
  static constexpr Components<2> components = {"u", "source"};
  static constexpr std::array<GivenField, 1> given = {
      GivenField{"source", "f, what u comes from", "u/length²"}};
  static constexpr bool has_permeability = false;
  static constexpr bool conserves_mean = false;
  static constexpr bool keeps_mirror_images = true;

  static std::array<Parameter*, 0> parameters() { return {}; }

  template <class C>
  void settle(const Wavevector& k, C* u) const {
    u[0] = k.k2 > 0.0 ? u[1] / k.k2 : C(0.0);
  }
  template <class C>
  void rate(const Wavevector&, const C*, C* r) const {
    r[0] = r[1] = C(0.0);
  }
  template <class C>
  void propagate(const Wavevector&, double, C*) const {}
  template <class C>
  double energy(const Wavevector&, const C* u) const {
    return 0.5 * std::norm(u[0]);
  }
  double damping(const Wavevector&) const { return 0.0; }
};

static_assert(Elliptic<Poisson>);
static_assert(LinearSpectral<Poisson>);

}  // namespace parapet
