#pragma once

#include <array>
#include <complex>
#include <concepts>
#include <limits>
#include <string_view>

namespace parapet {

/// Values a parameter may take.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool is_low_open = false;  ///< low itself is excluded
};

inline constexpr Range positive{0.0, std::numeric_limits<double>::infinity(), true};
inline constexpr Range non_negative{0.0, std::numeric_limits<double>::infinity(), false};

/// A physical parameter of an equation: its key in the input file, value (the default until the
/// input says otherwise), meaning, unit, allowed values, where it comes from, and the name it has
/// in formulas.
struct Parameter {
  std::string_view name;
  double value;
  std::string_view meaning;
  std::string_view unit;
  Range range;
  std::string_view source;
  std::string_view symbol = {};

  constexpr operator double() const { return value; }
};

/// Physical wave vector of one Fourier mode, 2π k_a / length_a. `k` is what odd derivatives
/// multiply with: its entry is zero at an axis's Nyquist wavenumber n/2, where i k of a real field
/// is not defined. `k2` is the full |k|², Nyquist included.
struct Wavevector {
  std::array<double, 3> k{0.0, 0.0, 0.0};
  double k2 = 0.0;
};

/// −i s z: the spectral form of −s ∂ z.
template <class C>
constexpr C minus_i_times(double s, const C& z) {
  return C(s * z.imag(), -s * z.real());
}

/// A list of types, for the explicit registry of equations.
template <class... Types>
struct List {};

/// Semilinear spectral form  dû/dt = L(k) û + N̂(u):  one field or several, a linear part that is
/// diagonal in Fourier space, and a nonlinear part made of products taken point by point.
/// An equation states
///   symbol(k, s)            L(k), real; symbol_count is 1 when all fields share it, else one a
///   field derive(k, u, d)         spectral multipliers that make derived_count inputs
///   (derivatives, a
///                           vorticity, a stream function's velocity) from the fields
///   products(in, out)       product_count products, pointwise, of the inputs: the fields first,
///   the
///                           derived ones after; static: the members of a batch share it;
///                           templated on the value type
///   tendency(k, p, n)       N̂ of each field as linear combination of the products' modes
///   dissipation(k)          and, where products do work, transfer(k, u, p): what a mode loses of
///                           its energy ½|û|², over |û|², and what it gains, per time. This budget
///                           is stated by itself, not derived from symbol and tendency: the energy
///                           balance of a solution checks them by it
///   degree                  of the products in the inputs: 2 needs the 2/3 rule, 3 the 1/2 rule
template <class E>
concept SemilinearSpectral = requires(const E e, const Wavevector& k,
                                      const std::complex<double>* in, std::complex<double>* out,
                                      const double* point, double* product) {
  { E::field_count } -> std::convertible_to<int>;
  { E::symbol_count } -> std::convertible_to<int>;
  { E::derived_count } -> std::convertible_to<int>;
  { E::product_count } -> std::convertible_to<int>;
  { E::degree } -> std::convertible_to<int>;
  { e.symbol(k, 0) } -> std::convertible_to<double>;
  e.derive(k, in, out);
  e.products(point, product);
  e.tendency(k, in, out);
  { e.dissipation(k) } -> std::convertible_to<double>;
};

}  // namespace parapet
