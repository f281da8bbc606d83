#pragma once

#include <array>
#include <cmath>
#include <functional>

#include "equations/linear_spectral.hpp"

namespace parapet {

/// Waves in a potential,  ∂²u/∂t² = c² ∇²u − m² u − V′(u),  with the fields u and velocity = ∂u/∂t.
/// Hamiltonian ⟨½ (∂u/∂t)² + ½ c² |∇u|² + ½ m² u² + V(u)⟩, which stays as it is. An equation states
///   wave_speed()     c > 0
///   mass_square()    m² ≥ 0
/// and, unless V = 0,
///   potential(u)     V at a point
///   force(u)         −V′, both templated on the value type
///   degree           of the force, where it is a polynomial; 0 where it is none: then no number of
///                    modes left out keeps products from aliasing, and none is left out
template <class E>
concept SecondOrderWave = requires(const E e) {
  { e.wave_speed() } -> std::convertible_to<double>;
  { e.mass_square() } -> std::convertible_to<double>;
};

/// Those with a potential that is not quadratic.
template <class E>
concept HasWavePotential = SecondOrderWave<E> && requires(const E e) {
  { E::degree } -> std::convertible_to<int>;
  { e.potential(1.0) } -> std::convertible_to<double>;
  { e.force(1.0) } -> std::convertible_to<double>;
};

/// Those with exact solutions for the line: kink(x, v), u and ∂u/∂t at a distance x from a kink
/// that leads from vacua[0] to vacua[1] and moves with a share v of the wave speed.
template <class E>
concept HasKinks = SecondOrderWave<E> && requires(const E e) {
  { E::vacua[1] } -> std::convertible_to<double>;
  { e.kink(0.0, 0.0)[1] } -> std::convertible_to<double>;
};
/// And breather(x, t, frequency), u and ∂u/∂t of one that stays at x = 0.
template <class E>
concept HasBreather = SecondOrderWave<E> && requires(const E e) {
  { e.breather(0.0, 0.0, 0.5)[1] } -> std::convertible_to<double>;
};

/// The fields of all of them.
inline constexpr Components<2> wave_components = {"u", "velocity"};

/// What they have in common: ω² = c² |k|² + m² of free waves.
struct FreeWave {
  static constexpr Components<2> components = wave_components;
  static constexpr bool conserves_mean = false;
  static constexpr std::string_view energy_name = "hamiltonian";

  double c2 = 1.0, m2 = 0.0;
  bool operator==(const FreeWave&) const = default;

  double frequency_square(const Wavevector& k) const { return c2 * k.k2 + m2; }

  template <class C>
  void rate(const Wavevector& k, const C* u, C* r) const {
    r[0] = u[1];
    r[1] = -frequency_square(k) * u[0];
  }
  template <class C>
  void propagate(const Wavevector& k, double t, C* u) const {
    const double omega = std::sqrt(frequency_square(k));
    if (omega == 0.0) {
      u[0] += t * u[1];
      return;
    }
    C scaled = omega * u[0];
    turn(-omega * t, scaled, u[1]);
    u[0] = scaled / omega;
  }
  template <class C>
  double energy(const Wavevector& k, const C* u) const {
    return 0.5 * (std::norm(u[1]) + frequency_square(k) * std::norm(u[0]));
  }
  double damping(const Wavevector&) const { return 0.0; }
};

static_assert(LinearSpectral<FreeWave>);

template <SecondOrderWave E>
FreeWave free_wave(const E& equation) {
  return {equation.wave_speed() * equation.wave_speed(), equation.mass_square()};
}

/// An equation of this form as functions of lines of points, so that one solver serves them all;
/// without a potential both are empty.
struct WaveForm {
  FreeWave free;
  int degree = 1;
  std::function<void(const PointLine&)> force, potential;
};

template <SecondOrderWave E>
WaveForm wave_form(const E& equation) {
  WaveForm form{free_wave(equation), 1, {}, {}};
  if constexpr (HasWavePotential<E>) {
    form.degree = E::degree;
    form.force = [equation](const PointLine& line) {
      apply_at_points<1, 1>(
          line, [equation](const double* u, double* f) { f[0] = equation.force(u[0]); });
    };
    form.potential = [equation](const PointLine& line) {
      apply_at_points<1, 1>(
          line, [equation](const double* u, double* v) { v[0] = equation.potential(u[0]); });
    };
  }
  return form;
}

/// Equations with a solution in closed form, see LinearSpectral: those that state one, and waves
/// without a potential.
template <class E>
concept HasLinearForm = LinearSpectral<E> ||(SecondOrderWave<E> && !HasWavePotential<E>);

template <HasLinearForm E>
auto linear_form(const E& equation) {
  if constexpr (LinearSpectral<E>) {
    return equation;
  } else {
    return free_wave(equation);
  }
}

}  // namespace parapet
