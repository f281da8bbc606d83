#pragma once

#include <array>
#include <concepts>
#include <cstddef>

#include "equations/dual.hpp"
#include "equations/forms.hpp"

namespace parapet {

/// A symmetric tensor; only the entries of the axes in use count.
struct Tensor {
  double xx = 0.0, yy = 0.0, zz = 0.0, xy = 0.0, xz = 0.0, yz = 0.0;
};

constexpr Tensor isotropic(double value) {
  return {value, value, value};
}

template <class E>
concept HasPotential = requires(const E e, const double* x) {
  { e.potential(x, 1) } -> std::convertible_to<double>;
};
template <class E>
concept HasDrift = requires(const E e, const double* x, double* f) {
  e.drift(x, 1, f);
};
template <class E>
concept HasSteadyState = requires(const E e, const double* x) {
  { e.log_steady(x, 1) } -> std::convertible_to<double>;
};
template <class E>
concept HasInteraction = requires(const E e, const double* r) {
  { e.interaction(r, 1) } -> std::convertible_to<double>;
};

template <class E>
concept HasRadialSlope = requires(const E e) {
  { e.radial_slope(1.0, 1) } -> std::convertible_to<double>;
};

/// Of an interaction that ends.
template <class E>
concept HasInteractionRange = requires(const E e) {
  { e.interaction_range() } -> std::convertible_to<double>;
};

/// A pressure scale · ρ^exponent.
struct PowerPressure {
  double scale = 0.0, exponent = 2.0;
};

template <class E>
concept HasPressure = requires(const E e) {
  { e.pressure() } -> std::same_as<PowerPressure>;
};

/// A signal c that the density makes and follows within the domain, χ = `strength`:
///   W∗ρ = −χ c,   −∇²c + decay · c = ρ,   without flux through walls.
/// Where it does not decay, ρ − ⟨ρ⟩ takes the place of ρ, and ⟨c⟩ is 0.
struct Signal {
  double strength = 0.0, decay = 0.0;
};

template <class E>
concept HasSignal = requires(const E e) {
  { e.signal() } -> std::same_as<Signal>;
};
/// Friction of a particle of unit mass, in which it comes to rest at a temperature.
struct Friction {
  double rate = 0.0, temperature = 0.0;
};

template <class E>
concept HasInertia = requires(const E e, const double* x) {
  { e.acceleration(x) } -> std::convertible_to<double>;
  { e.friction() } -> std::same_as<Friction>;
};
template <class E>
concept HasOwnTime = requires(const E e) {
  { e.elapsed(1.0) } -> std::convertible_to<double>;
};

/// A stochastic process in d dimensions in the sense of Itô, and the equation of Fokker (1914) and
/// Planck (1917) for its density, with interaction that of McKean (1966) and Vlasov:
///   dX = (−∇V − ∇W∗ρ + f) dt + σ dW,  σσᵀ = 2 D
///   ∂ρ/∂t = ∇·(∇·(D ρ) + (∇V + ∇W∗ρ − f) ρ) + ∇²p(ρ)
/// With f = 0 and one number D it is the gradient flow, in the distance W₂, of
///   ∫ D ρ log ρ + V ρ + ½ ρ W∗ρ + p(ρ)/(m − 1),   p = s ρ^m.
/// An equation states
///   diffusion(x, d)      D at a point
/// and, templated on the value type, one or both of
///   potential(x, d)      V: dual numbers make its gradient; density solvers take its differences
///   drift(x, d, f)       f
/// and may state
///   interaction(r, d)    W of a separation, templated too; where it is infinite at 0 it has a mean
///   radial_slope(s, d)   W'(r)/r of s = r² > 0, templated too, where W depends on r = |r| alone:
///                        for sums over pairs, which differentiate `interaction` without it
///   interaction_range()  the distance from which on such a W is constant; it and the slope are
///                        then of single numbers, which can be compared
///   signal()             in place of W
///   pressure()           p; D is 0 then
///   elapsed(t)           ∫₀ᵗ of the rate that all of the above is to be multiplied with
///   acceleration(x), templated too, and friction()
///                        where a place x and a velocity v are the two axes and
///                        f = (v, acceleration − rate v), D = diag(0, rate temperature): for
///                        integrators that split these
///   log_steady(x, d)     log of the density that stays as it is, up to a constant
///   has_cross_diffusion  whether D has entries off its diagonal
template <class E>
concept Process = requires(const E e, const double* x) {
  { e.diffusion(x, 1) } -> std::same_as<Tensor>;
}
&&(HasPotential<E> || HasDrift<E>);

/// What the equations of one density have in common.
struct OneDensity {
  static std::vector<FieldName> fields(std::string_view, int) { return {{"density"}}; }
};

/// The whole drift b = −∇V + f of a process at a point, exact derivatives included.
template <Process E>
void drift_of(const E& process, const double* x, int d, double* b) {
  for (int a = 0; a < d; ++a) b[a] = 0.0;
  if constexpr (HasDrift<E>) process.drift(x, d, b);
  if constexpr (HasPotential<E>) {
    std::array<Dual<3>, 3> at;
    for (int a = 0; a < d; ++a) {
      const auto axis = static_cast<std::size_t>(a);
      at[axis] = Dual<3>::variable(x[a], axis);
    }
    const Dual<3> V = process.potential(at.data(), d);
    for (int a = 0; a < d; ++a) b[a] -= V.slope[static_cast<std::size_t>(a)];
  }
}

}  // namespace parapet
