#pragma once

#include <optional>

#include "methods/density/density_stepper.hpp"
#include "methods/density/nonlinear_rates.hpp"

namespace parapet {

/// Advances densities whose rates depend on themselves. The implicit stages Y = b + τ F(Y) are
/// solved by Newton's method on the pressure, with W∗ρ from the iterate before; of backward Euler's
/// it is that of the mean of old and new density, so that the free energy falls whatever the sign
/// of W (Bailo, Carrillo & Hu 2018). Where two stages would make something negative their fluxes
/// are limited, see correct_fluxes(). All functions are collective.
class NonlinearStepper {
 public:
  using Field = EdgeRates::Field;

  NonlinearStepper(CellGrid& cells, DensityIntegrator integrator);

  /// One step of length τ in the process's own time.
  void step(NonlinearRates& law, double tau, Field& u);
  /// The longest explicit one that is stable and keeps u positive.
  double longest_step(NonlinearRates& law, Field& u);
  /// The rates at which u, whose ghosts are filled, moves: valid until the next call.
  const EdgeRates& flows_at(NonlinearRates& law, Field& u);

  std::size_t memory_bytes() const;

 private:
  template <class F>
  void for_each_cell(F&& act) const;
  void exchange(Field& field);
  double norm(const Field& field) const;

  void look_at(NonlinearRates& law, Field& u);
  void solve_stage(NonlinearRates& law, double tau, const Field& b, const Field* other, Field& Y);
  void backward_euler(NonlinearRates& law, double tau, Field& u);
  void two_stages(NonlinearRates& law, double tau, Field& u);
  void gather(double weight, const Field& stage, bool is_first);
  void explicit_step(NonlinearRates& law, double tau, Field& u);
  void finish(double tau, Field& u, const Field& solved);

  CellGrid& cells_;
  DensityIntegrator integrator_;
  EdgeRates flows_, slopes_;
  std::optional<EdgeRates> gathered_;  ///< `out`: Σ weight · F of the stages, for densities of 1
  std::optional<RateEquation> equation_;
  Field first_, second_, next_, work_, ones_;
};

}  // namespace parapet
