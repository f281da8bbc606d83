#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "equations/forms.hpp"

namespace parapet {

/// What all spectral forms of Burgers share: fields that carry themselves, which is
/// quadratic, and the symbol of ν∇².
struct ViscousAdvection {
  static constexpr int symbol_count = 1, degree = 2;
  static constexpr bool advects_with_fields = true;

  double nu;
  bool operator==(const ViscousAdvection&) const = default;

  double symbol(const Wavevector& k, int) const { return -nu * k.k2; }
  double dissipation(const Wavevector& k, int) const { return nu * k.k2; }
};

/// Scalar viscous Burgers (Burgers 1948; in several dimensions the diagonal conservation law):
///   ∂u/∂t + Σᵢ ∂ᵢ(u²/2) = ν ∇²u,   d½⟨u²⟩/dt = −ν⟨|∇u|²⟩
/// Exact solution: Cole–Hopf along the diagonal, u(x, t) = w(Σᵢ xᵢ, d t).
struct ScalarBurgers : ViscousAdvection {
  static constexpr int field_count = 1, derived_count = 0, product_count = 1;
  static constexpr bool conserves_mean = true;

  template <class T>
  static T flux(T u) {
    return u * u * 0.5;
  }
  template <class C>
  void derive(const Wavevector&, const C*, C*) const {}
  template <class T>
  void products(const T* u, T* f) const {
    f[0] = flux(u[0]);
  }
  template <class C>
  void tendency(const Wavevector& k, const C* f, C* n) const {
    n[0] = minus_i_times(k.k[0] + k.k[1] + k.k[2], f[0]);
  }
};

/// Vector viscous Burgers:  ∂u/∂t + u·∇u = ν ∇²u.
/// Advection in the rotational form u·∇u = ∇(|u|²/2) − u×ω, which in 3 D takes 10 transforms a
/// stage where the convective form takes 15, and like it is free of aliasing under the 2/3 rule.
/// Exact solution: Cole–Hopf, u = −2ν ∇φ/φ with φ_t = ν∇²φ, where u is irrotational.
/// Energy: d½⟨|u|²⟩/dt = ⟨½|u|² ∇·u⟩ − ν⟨|∇u|²⟩; u×ω does no work.
template <int dimensions>
struct VectorBurgers;

/// A mode of ⟨½|u|² ∇·u⟩, from that of ½|u|² and of −∇·u.
template <class C>
double compression_work(const C& half_square, const C& compression) {
  return -(half_square.real() * compression.real() + half_square.imag() * compression.imag());
}

template <>
struct VectorBurgers<2> : ViscousAdvection {
  static constexpr int field_count = 2, derived_count = 1, product_count = 3;
  static constexpr bool conserves_mean = false;

  template <class C>
  double transfer(const Wavevector& k, const C* u, const C* p) const {
    return compression_work(p[0], minus_i_times(k.k[0], u[0]) + minus_i_times(k.k[1], u[1]));
  }
  template <class C>
  void derive(const Wavevector& k, const C* u, C* vorticity) const {
    vorticity[0] = minus_i_times(k.k[1], u[0]) - minus_i_times(k.k[0], u[1]);
  }
  template <class T>
  void products(const T* in, T* out) const {
    const T u = in[0], v = in[1], omega = in[2];
    out[0] = (u * u + v * v) * 0.5;
    out[1] = v * omega;
    out[2] = u * omega;
  }
  template <class C>
  void tendency(const Wavevector& k, const C* p, C* n) const {
    n[0] = minus_i_times(k.k[0], p[0]) + p[1];
    n[1] = minus_i_times(k.k[1], p[0]) - p[2];
  }
};

template <>
struct VectorBurgers<3> : ViscousAdvection {
  static constexpr int field_count = 3, derived_count = 3, product_count = 4;
  static constexpr bool conserves_mean = false;

  template <class C>
  double transfer(const Wavevector& k, const C* u, const C* p) const {
    C compression = minus_i_times(k.k[0], u[0]);
    for (int a = 1; a < 3; ++a) compression += minus_i_times(k.k[a], u[a]);
    return compression_work(p[0], compression);
  }
  template <class C>
  void derive(const Wavevector& k, const C* u, C* vorticity) const {
    for (int a = 0; a < 3; ++a) {
      const int b = (a + 1) % 3, c = (a + 2) % 3;
      vorticity[a] = minus_i_times(k.k[c], u[b]) - minus_i_times(k.k[b], u[c]);
    }
  }
  template <class T>
  void products(const T* in, T* out) const {
    const T* u = in;
    const T* omega = in + 3;
    out[0] = (u[0] * u[0] + u[1] * u[1] + u[2] * u[2]) * 0.5;
    for (int a = 0; a < 3; ++a) {
      const int b = (a + 1) % 3, c = (a + 2) % 3;
      out[1 + a] = u[b] * omega[c] - u[c] * omega[b];
    }
  }
  template <class C>
  void tendency(const Wavevector& k, const C* p, C* n) const {
    for (int a = 0; a < 3; ++a) n[a] = minus_i_times(k.k[a], p[0]) + p[1 + a];
  }
};

/// Scalar Burgers as a conservation law; its entropy solution where there is no viscosity.
struct BurgersLaw {
  static constexpr bool is_carried = false, keeps_range = true;
  /// u → −u beyond a wall; in several dimensions the waves along it would not fit.
  static constexpr bool has_walls(int dimensions) { return dimensions == 1; }

  double viscosity;

  template <class T>
  T flux(int, T u, T) const {
    return ScalarBurgers::flux(u);
  }
  template <class T>
  T speed(int, T u, T) const {
    return u;
  }
};

/// The equation as the input file knows it: `[equation] name = "burgers"`. In one dimension the
/// vector form is the scalar one.
struct Burgers {
  static constexpr std::string_view name = "burgers";
  static constexpr std::string_view summary =
      "viscous Burgers in 1, 2 and 3 D: scalar u_t + sum_i d_i(u^2/2) = nu lap(u), or vector "
      "u_t + u.grad(u) = nu lap(u)";
  static constexpr std::array<std::string_view, 2> forms = {"scalar", "vector"};
  static constexpr std::string_view forms_meaning = "scalar, or vector with one component per axis";

  Parameter viscosity = {"viscosity",
                         0.1,
                         "kinematic viscosity; 0: shocks, for finite-volume alone",
                         "length²/time",
                         non_negative,
                         "0.1: the FNO data set (Li et al. 2021)",
                         "nu"};

  std::array<Parameter*, 1> parameters() { return {&viscosity}; }

  static constexpr bool is_vector(std::string_view form, int dimensions) {
    return form == "vector" && dimensions > 1;
  }
  static std::vector<FieldName> fields(std::string_view form, int dimensions) {
    if (is_vector(form, dimensions)) return {{"velocity", dimensions}};
    return {{"u"}};
  }

  /// Calls `use` with the semilinear spectral form of this equation on so many dimensions.
  template <class F>
  decltype(auto) with_spectral_form(std::string_view form, int dimensions, F&& use) const {
    if (!is_vector(form, dimensions)) return use(ScalarBurgers{{viscosity}});
    if (dimensions == 2) return use(VectorBurgers<2>{{viscosity}});
    return use(VectorBurgers<3>{{viscosity}});
  }

  /// The scalar form as a conservation law. The vector form is none in several dimensions: its
  /// shocks are those of the limit of vanishing viscosity.
  BurgersLaw conservation_law() const { return {viscosity}; }
};

static_assert(SemilinearSpectral<ScalarBurgers>);
static_assert(SemilinearSpectral<VectorBurgers<2>>);
static_assert(SemilinearSpectral<VectorBurgers<3>>);
static_assert(ConservationLaw<BurgersLaw>);

}  // namespace parapet
