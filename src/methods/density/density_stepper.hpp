#pragma once

#include <array>
#include <span>
#include <string_view>

#include "methods/density/flux_correction.hpp"
#include "methods/density/rate_generator.hpp"

namespace parapet {

enum class DensityIntegrator { backward_euler, sdirk2, ssprk3 };
inline constexpr std::array<std::string_view, 3> density_integrators = {"backward-euler", "sdirk2",
                                                                        "ssprk3"};

/// Advances densities by du/dt = G u, see make_density_solver(). All functions are collective.
class DensityStepper {
 public:
  using Field = EdgeRates::Field;

  DensityStepper(CellGrid& cells, DensityIntegrator integrator);

  /// One step of length τ in the process's own time.
  void step(RateGenerator& generator, double tau, Field& u);

  /// The most iterations a linear system of the last step took.
  int iterations() const { return iterations_; }

  std::size_t memory_bytes() const { return 4 * first_.bytes(); }

 private:
  template <class F>
  void for_each_cell(F&& act) const;
  Field make_field() const;
  void exchange(Field& field);
  double largest(const Field& field) const;

  void solve(RateEquation& equation, const EdgeRates& rates, double tau, const Field& b,
             Field& result);
  void one_stage(RateGenerator& g, double tau, Field& u);
  void two_stages(RateGenerator& g, double tau, Field& u);
  void explicit_step(RateGenerator& g, double tau, Field& u);
  void limit(RateGenerator& g, double tau, Field& u, std::span<const StageFlux> stages);
  void finish(RateGenerator& g, double tau, Field& u, std::span<const StageFlux> stages,
              const Field& last);
  void finish_monotone(RateGenerator& g, double tau, Field& u);
  void keep_mass(double defect, double mass);

  CellGrid& cells_;
  DensityIntegrator integrator_;
  Field first_, second_, next_, work_;
  int iterations_ = 0;
};

}  // namespace parapet
