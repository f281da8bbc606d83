#pragma once

#include <array>
#include <numbers>
#include <string_view>
#include <vector>

#include "equations/forms.hpp"

namespace parapet {

/// Its semilinear spectral form. With ∇²ψ = −ω and u = (∂ψ/∂y, −∂ψ/∂x) the flow has no divergence,
/// so that u·∇ω = ∇·(uω). What advection takes from one mode's enstrophy it gives to others.
struct SpectralVorticity {
  static constexpr int field_count = 1, derived_count = 2, product_count = 2, symbol_count = 1;
  static constexpr int degree = 2;
  static constexpr bool conserves_mean = true;

  double nu;
  bool operator==(const SpectralVorticity&) const = default;

  double symbol(const Wavevector& k, int) const { return -nu * k.k2; }
  double dissipation(const Wavevector& k, int) const { return nu * k.k2; }
  template <class C>
  void derive(const Wavevector& k, const C* omega, C* u) const {
    const double inverse = k.k2 > 0.0 ? 1.0 / k.k2 : 0.0;
    u[0] = minus_i_times(-k.k[1] * inverse, omega[0]);
    u[1] = minus_i_times(k.k[0] * inverse, omega[0]);
  }
  template <class T>
  void products(const T* in, T* flux) const {
    flux[0] = in[1] * in[0];
    flux[1] = in[2] * in[0];
  }
  template <class C>
  void tendency(const Wavevector& k, const C* flux, C* n) const {
    n[0] = minus_i_times(k.k[0], flux[0]) + minus_i_times(k.k[1], flux[1]);
  }
};

/// Incompressible Navier–Stokes in the plane, by its vorticity ω = ∂v/∂x − ∂u/∂y:
///   ∂ω/∂t + u·∇ω = ν ∇²ω + A (sin 2π(x + y) + cos 2π(x + y)),   ∇·u = 0
/// on the unit square the benchmark of Li et al. (2021), § 5.3 and appendix A.3.3; x and y are in
/// units of the grid's lengths. Exact without forcing: any ω that is an eigenfunction of ∇² decays
/// in place (Taylor 1923).
struct NavierStokes {
  static constexpr std::string_view name = "navier-stokes";
  static constexpr std::string_view summary =
      "incompressible Navier-Stokes in 2 D as vorticity: w_t + u.grad(w) = nu lap(w) + "
      "A (sin 2pi(x+y) + cos 2pi(x+y))";
  static constexpr int dimensions = 2;

  Parameter viscosity = {"viscosity",
                         1e-3,
                         "kinematic viscosity",
                         "length²/time",
                         positive,
                         "Li et al. 2021, § 5.3: 1e-3, 1e-4, 1e-5",
                         "nu"};
  Parameter forcing = {
      "forcing_amplitude",          0.1, "amplitude of the steady forcing", "1/time²", non_negative,
      "Li et al. 2021, § 5.3: 0.1", "A"};

  std::array<Parameter*, 2> parameters() { return {&viscosity, &forcing}; }
  static std::vector<FieldName> fields(std::string_view, int) { return {{"vorticity"}}; }

  std::vector<SteadyWave> steady_forcing() const {
    if (forcing == 0.0) return {};
    return {{forcing, 0.0, {1, 1, 0}, 0}, {forcing, 0.5 * std::numbers::pi, {1, 1, 0}, 0}};
  }
  template <class F>
  decltype(auto) with_spectral_form(std::string_view, int, F&& use) const {
    return use(SpectralVorticity{viscosity});
  }
};

static_assert(SemilinearSpectral<SpectralVorticity>);

}  // namespace parapet
