#pragma once

#include <array>
#include <complex>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "equations/pointwise.hpp"

namespace parapet {

/// Values a parameter may take.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool is_low_open = false;  ///< low itself is excluded

  bool operator==(const Range&) const = default;
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
  bool operator==(const Parameter&) const = default;
};

/// A function of the coordinates x, y, z and the time t that the input file gives as formulas, one
/// a component: its key, the texts (the default until the input says otherwise), meaning, unit and
/// where it comes from. No text: the equation does without.
struct FormulaParameter {
  std::string_view name;
  std::vector<std::string> texts;
  std::string_view meaning;
  std::string_view unit;
  std::string_view source = {};
  std::size_t most_texts = 3;
  bool takes_time = true;  ///< false: of x, y and z alone
};

/// Equations with functions that the input file gives as formulas.
template <class Equation>
concept HasFormulas = requires(Equation e) {
  e.formulas()[0]->texts;
};

/// Physical wave vector of one Fourier mode, 2π k_a / length_a, or π k_a / length_a between walls.
/// `k` is what odd derivatives multiply with: its entry is zero where i k of a real field is not
/// defined, at an axis's Nyquist wavenumber n/2 and between walls. `k2` is the full |k|².
struct Wavevector {
  std::array<double, 3> k{0.0, 0.0, 0.0};
  double k2 = 0.0;
};

/// −i s z: the spectral form of −s ∂ z.
template <class C>
constexpr C minus_i_times(double s, const C& z) {
  return C(s * z.imag(), -s * z.real());
}

/// A field of an equation, as files name it; a vector has one component per axis.
struct FieldName {
  std::string_view name;
  int components = 1;

  constexpr FieldName(std::string_view its_name, int count = 1)
      : name(its_name), components(count) {}
  constexpr FieldName(const char* its_name, int count = 1) : name(its_name), components(count) {}
};

/// A field of space that is part of a problem and not solved for. The input file's section
/// `[equation.NAME]` says what it is. Given fields are an equation's last components.
struct GivenField {
  std::string_view name;
  std::string_view meaning;
  std::string_view unit;
  Range range{};
};

/// Equations with fields that are given.
template <class E>
concept HasGivenFields = requires {
  E::given[0].name;
};

/// Names of the scalar fields of an equation.
template <std::size_t count>
using Components = std::array<std::string_view, count>;

/// A list of types, for the explicit registry of equations.
template <class... Types>
struct List {
  using Variant = std::variant<Types...>;
};

/// Semilinear spectral form  dû/dt = L(k) û + N̂(u):  one field or several, a linear part that is
/// diagonal in Fourier space, and a nonlinear part made of products taken point by point.
/// An equation states
///   symbol(k, s)       L(k), real; symbol_count is 1 when all fields share it, else one a field
///   derive(k, u, d)    spectral multipliers that make derived_count inputs (derivatives, a
///                      vorticity, a stream function's velocity) from the fields
///   products(in, out)  product_count products, pointwise, of the inputs: the fields first, the
///                      derived ones after; templated on the value type. Or, of many points at
///                      once, products_along(line)
///   tendency(k, p, n)  N̂ of each field as linear combination of the products' modes
///   dissipation(k, s)  and, where products do work, transfer(k, u, p): what a mode of a field (or
///                      of each, see symbol_count) loses of its energy ½|û|², over |û|², and what a
///                      mode of all fields gains, per time. This budget is stated by itself, not
///                      derived from symbol and tendency: the energy balance of a solution checks
///                      them by it
///   degree             of the products in the inputs: 2 needs the 2/3 rule, 3 the 1/2 rule
///   conserves_mean     whether the mean of every field stays as it is
template <class E>
concept SemilinearSpectral = requires(const E e, const Wavevector& k,
                                      const std::complex<double>* in, std::complex<double>* out) {
  { E::field_count } -> std::convertible_to<int>;
  { E::symbol_count } -> std::convertible_to<int>;
  { E::derived_count } -> std::convertible_to<int>;
  { E::product_count } -> std::convertible_to<int>;
  { e.degree } -> std::convertible_to<int>;
  { e.symbol(k, 0) } -> std::convertible_to<double>;
  e.derive(k, in, out);
  e.tendency(k, in, out);
  { e.dissipation(k, 0) } -> std::convertible_to<double>;
  { e.conserves_mean } -> std::convertible_to<bool>;
};

/// Forms that make of a field's mirror image the mirror image of what they make of the field, with
/// symbols in |k|² alone and nothing derived: they hold between walls too, where modes are cosines.
template <class E>
concept KeepsMirrorImages = SemilinearSpectral<E> && requires {
  requires E::keeps_mirror_images;
};

/// Reaction–diffusion  ∂u_c/∂t = D_c ∇²u_c + R_c(u),  c = 0, 1, …. An equation states
///   components         the names of its fields
///   diffusivity(c)     D_c ≥ 0
///   reaction(u, r)     R at a point, templated on the value type
///   degree             of R, a polynomial
/// and may state, where there is one,
///   potential(u)       W with R_c = −∂W/∂u_c: ⟨W(u) + ½ Σ D_c |∇u_c|²⟩ never rises
///   conserves_mean     true where R vanishes
template <class E>
concept ReactionDiffusion = requires(const E e, const double* u, double* r) {
  { E::components.size() } -> std::convertible_to<std::size_t>;
  { E::degree } -> std::convertible_to<int>;
  { e.diffusivity(0) } -> std::convertible_to<double>;
  e.reaction(u, r);
};

/// The semilinear spectral form of reaction–diffusion in so many components: diffusion is the
/// linear part. It holds the reaction as a function of lines of points, so that one solver serves
/// all equations of as many components.
template <int count>
struct SpectralReaction {
  static constexpr int field_count = count, symbol_count = count;
  static constexpr int derived_count = 0, product_count = count;
  static constexpr bool keeps_mirror_images = true;

  std::array<double, count> diffusivity{};
  int degree = 0;
  bool conserves_mean = false;
  std::function<void(const PointLine&)> reaction;

  /// Whether the linear parts are the same.
  bool operator==(const SpectralReaction& other) const { return diffusivity == other.diffusivity; }

  double symbol(const Wavevector& k, int field) const { return -dissipation(k, field); }
  double dissipation(const Wavevector& k, int field) const {
    return diffusivity[static_cast<std::size_t>(field)] * k.k2;
  }
  template <class C>
  double transfer(const Wavevector&, const C* u, const C* r) const {
    double sum = 0.0;
    for (int f = 0; f < field_count; ++f)
      sum += u[f].real() * r[f].real() + u[f].imag() * r[f].imag();
    return sum;
  }
  template <class C>
  void derive(const Wavevector&, const C*, C*) const {}
  void products_along(const PointLine& line) const { reaction(line); }
  template <class C>
  void tendency(const Wavevector&, const C* r, C* n) const {
    for (int f = 0; f < field_count; ++f) n[f] = r[f];
  }
};

template <ReactionDiffusion E>
SpectralReaction<static_cast<int>(E::components.size())> spectral_reaction(const E& equation) {
  constexpr std::size_t count = E::components.size();
  SpectralReaction<static_cast<int>(count)> form;
  for (std::size_t c = 0; c < count; ++c) {
    form.diffusivity[c] = equation.diffusivity(static_cast<int>(c));
  }
  form.degree = E::degree;
  if constexpr (requires { E::conserves_mean; }) form.conserves_mean = E::conserves_mean;
  form.reaction = [equation](const PointLine& line) {
    apply_at_points<count, count>(
        line, [kinetics = equation](const double* u, double* r) { kinetics.reaction(u, r); });
  };
  return form;
}

/// Conservation law of one field,  ∂u/∂t + Σ_a ∂_a f_a(u, v_a) = ν ∇²u,  where v is a given
/// velocity or nothing. An equation gives its law by conservation_law(); a law states
///   flux(a, u, v)      f_a, templated on the value type, smooth and convex or linear in u
///   speed(a, u, v)     ∂f_a/∂u, the speed of waves along an axis
///   viscosity          ν ≥ 0
///   is_carried         whether there is a v
///   keeps_range        whether u stays between its extrema; else only in sign
///   has_walls(d)       whether reflecting ends have a meaning in d dimensions: the solution goes
///   on
///                      as its mirror image, with −u where u is a velocity (no v), or −v
template <class L>
concept ConservationLaw = requires(const L law, double u) {
  { law.flux(0, u, u) } -> std::convertible_to<double>;
  { law.speed(0, u, u) } -> std::convertible_to<double>;
  { law.viscosity } -> std::convertible_to<double>;
  { L::is_carried } -> std::convertible_to<bool>;
  { L::keeps_range } -> std::convertible_to<bool>;
  { L::has_walls(1) } -> std::convertible_to<bool>;
};

/// Equations that are conservation laws.
template <class Equation>
concept HasConservationLaw = requires(const Equation e) {
  e.conservation_law();
};

/// Equations of which the input chooses one of several forms.
template <class Equation>
concept HasForms = requires {
  Equation::forms[0];
};

/// A wave A sin(2π l·(x − lower)/length + φ) that an equation adds to ∂/∂t of one of its fields;
/// lengths are those of the grid along each axis.
struct SteadyWave {
  double amplitude;
  double phase;
  std::array<std::int64_t, 3> wavenumber;
  int component;
};

/// Equations with a forcing of their own.
template <class Equation>
concept HasSteadyForcing = requires(const Equation e) {
  e.steady_forcing()[0].amplitude;
};

/// Equations that exist in a certain number of dimensions only.
template <class Equation>
concept HasOwnDimensions = requires {
  Equation::dimensions;
};

/// Equations that have a semilinear spectral form: their own, or that of their form.
template <class Equation>
concept HasSpectralForm = ReactionDiffusion<Equation> || requires(const Equation e) {
  e.with_spectral_form(std::string_view{}, 1, [](const auto&) {});
};

/// Calls `use` with the semilinear spectral form of an equation: its own, or that of its form.
template <class Equation, class F>
decltype(auto) with_spectral_form(const Equation& equation, std::string_view form, int dimensions,
                                  F&& use) {
  if constexpr (ReactionDiffusion<Equation>) {
    return use(spectral_reaction(equation));
  } else {
    return equation.with_spectral_form(form, dimensions, std::forward<F>(use));
  }
}

/// The fields of an equation in so many dimensions: its own list, or one scalar a component.
template <class Equation>
std::vector<FieldName> fields_of_equation(const Equation& equation, std::string_view form,
                                          int dimensions) {
  if constexpr (requires { Equation::components.size(); }) {
    return {Equation::components.begin(), Equation::components.end()};
  } else {
    return equation.fields(form, dimensions);
  }
}

}  // namespace parapet
