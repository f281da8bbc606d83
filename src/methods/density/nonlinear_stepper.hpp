#pragma once

#include <optional>

#include "methods/density/density_stepper.hpp"
#include "methods/density/nonlinear_rates.hpp"

namespace parapet {

/// Advances densities whose rates depend on themselves. The implicit stages Y = b + τ F(Y) are
/// solved by Newton's method on the pressure, with W∗ρ from the iterate before; of backward Euler's
/// it is that of the mean of old and new density, so that the free energy falls whatever the sign
/// of W (Bailo, Carrillo & Hu 2018). Where two stages would make something negative the step is one
/// of backward Euler. All functions are collective.
class NonlinearStepper {
 public:
  using Field = EdgeRates::Field;

  NonlinearStepper(CellGrid& cells, DensityIntegrator integrator);

  /// One step of length τ in the process's own time.
  void step(NonlinearRates& law, double tau, Field& u);
  /// The longest explicit one that keeps u positive.
  double longest_step(NonlinearRates& law, Field& u);
  /// How u changes, by its own rates.
  void evaluate_rate(NonlinearRates& law, Field& u, double* rate);

  std::size_t memory_bytes() const;

 private:
  template <class F>
  void for_each_cell(F&& act) const;
  void exchange(Field& field);
  double norm(const Field& field) const;
  double smallest(const Field& field) const;

  void solve_stage(NonlinearRates& law, double tau, const Field& b, const Field* other, Field& Y);
  void backward_euler(NonlinearRates& law, double tau, Field& u);
  bool two_stages(NonlinearRates& law, double tau, Field& u);
  void explicit_step(NonlinearRates& law, double tau, Field& u);
  void finish(double tau, Field& u, const Field& solved);

  CellGrid& cells_;
  DensityIntegrator integrator_;
  EdgeRates flows_, slopes_;
  std::optional<RateEquation> equation_;
  Field first_, second_, next_, work_;
};

}  // namespace parapet
