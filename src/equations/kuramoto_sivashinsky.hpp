#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "equations/forms.hpp"

namespace parapet {

/// Its semilinear spectral form: long waves, |k|² < 1/μ, grow, and advection hands what they gain
/// to short ones that die.
struct SpectralKuramotoSivashinsky {
  static constexpr int field_count = 1, derived_count = 0, product_count = 1, symbol_count = 1;
  static constexpr int degree = 2;
  static constexpr bool conserves_mean = true, advects_with_fields = true;
  static constexpr bool has_growing_modes = true;

  double mu;
  bool operator==(const SpectralKuramotoSivashinsky&) const = default;

  double symbol(const Wavevector& k, int) const { return k.k2 - mu * k.k2 * k.k2; }
  double dissipation(const Wavevector& k, int) const { return mu * k.k2 * k.k2 - k.k2; }
  template <class C>
  void derive(const Wavevector&, const C*, C*) const {}
  template <class T>
  void products(const T* u, T* f) const {
    f[0] = 0.5 * u[0] * u[0];
  }
  template <class C>
  void tendency(const Wavevector& k, const C* f, C* n) const {
    n[0] = minus_i_times(k.k[0] + k.k[1] + k.k[2], f[0]);
  }
};

/// Kuramoto–Sivashinsky, the slope of a flame front or film (Kuramoto & Tsuzuki 1976; Sivashinsky
/// 1977), in several dimensions carried along the diagonal as scalar Burgers is:
///   ∂u/∂t + Σᵢ ∂ᵢ(u²/2) + ∇²u + μ ∇⁴u = 0,   d½⟨u²⟩/dt = ⟨|∇u|²⟩ − μ⟨(∇²u)²⟩
/// The usual chaotic case is μ = 1 on a line of length 32π (Kassam & Trefethen 2005, § 4).
struct KuramotoSivashinsky {
  static constexpr std::string_view name = "kuramoto-sivashinsky";
  static constexpr std::string_view summary =
      "Kuramoto-Sivashinsky, spatio-temporal chaos: u_t + sum_i d_i(u^2/2) + lap(u) + "
      "mu lap(lap(u)) = 0";

  Parameter hyperviscosity = {"hyperviscosity",
                              1.0,
                              "of the fourth derivative, which damps short waves",
                              "length⁴/time",
                              positive,
                              "Kassam & Trefethen 2005, eq. 4.6: 1",
                              "mu"};

  std::array<Parameter*, 1> parameters() { return {&hyperviscosity}; }
  static std::vector<FieldName> fields(std::string_view, int) { return {{"u"}}; }

  template <class F>
  decltype(auto) with_spectral_form(std::string_view, int, F&& use) const {
    return use(SpectralKuramotoSivashinsky{hyperviscosity});
  }
};

static_assert(SemilinearSpectral<SpectralKuramotoSivashinsky>);

}  // namespace parapet
