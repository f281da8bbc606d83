#pragma once

#include <array>

#include "equations/linear_spectral.hpp"

namespace parapet {

/// Advection as a conservation law:  f_a = c_a u.
struct AdvectionLaw {
  static constexpr bool is_carried = false, keeps_range = true;
  static constexpr bool has_walls(int) { return false; }

  std::array<double, 3> c;
  double viscosity;

  template <class T>
  T flux(int axis, T u, T) const {
    return c[static_cast<std::size_t>(axis)] * u;
  }
  template <class T>
  T speed(int axis, T, T) const {
    return T{} + c[static_cast<std::size_t>(axis)];
  }
};

/// Advection by a constant velocity, with diffusion (Fourier 1822):
///   ∂u/∂t + c·∇u = ν ∇²u
/// Exact solution: û_k(t) = û_k(0) exp(−(i c·k + ν |k|²) t); without ν the field moves unchanged,
/// u(x, t) = u(x − c t, 0).
struct Advection {
  static constexpr std::string_view name = "advection";
  static constexpr std::string_view summary =
      "advection with a constant velocity: u_t + c.grad(u) = nu lap(u)";
  static constexpr Components<1> components = {"u"};
  static constexpr bool conserves_mean = true;

  Parameter c_x = velocity("velocity_x", 1.0, "velocity along x", "c_x");
  Parameter c_y = velocity("velocity_y", 0.0, "velocity along y, where there is one", "c_y");
  Parameter c_z = velocity("velocity_z", 0.0, "velocity along z, where there is one", "c_z");
  Parameter nu = {"viscosity", 0.0, "diffusivity of u", "length²/time", non_negative,
                  "chosen",    "nu"};

  auto parameters() { return std::array{&c_x, &c_y, &c_z, &nu}; }

  double turning(const Wavevector& k) const { return c_x * k.k[0] + c_y * k.k[1] + c_z * k.k[2]; }
  double damping(const Wavevector& k) const { return nu * k.k2; }

  template <class C>
  void rate(const Wavevector& k, const C* u, C* r) const {
    r[0] = minus_i_times(turning(k), u[0]) - damping(k) * u[0];
  }
  template <class C>
  void propagate(const Wavevector& k, double t, C* u) const {
    const double angle = turning(k) * t;
    u[0] *= C(std::cos(angle), -std::sin(angle)) * std::exp(-damping(k) * t);
  }
  template <class C>
  double energy(const Wavevector&, const C* u) const {
    return 0.5 * std::norm(u[0]);
  }
  AdvectionLaw conservation_law() const { return {{c_x, c_y, c_z}, nu}; }

 private:
  static constexpr Parameter velocity(std::string_view key, double value, std::string_view meaning,
                                      std::string_view symbol) {
    return {key, value, meaning, "length/time", {}, "chosen", symbol};
  }
};

static_assert(LinearSpectral<Advection>);
static_assert(ConservationLaw<AdvectionLaw>);

}  // namespace parapet
