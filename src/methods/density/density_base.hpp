#pragma once

#include <memory>
#include <vector>

#include "methods/cell_solver.hpp"
#include "methods/density/density_quantities.hpp"
#include "methods/density/density_stepper.hpp"

namespace parapet {

DensityIntegrator density_integrator(const MethodOptions& options);

/// What all solvers for densities have in common: the score and the flux as derived fields, and
/// what is watched.
class DensityBase : public CellSolver {
 public:
  DensityBase(CellGrid& cells, std::size_t members, const StepControl& control,
              const MethodOptions& options);

  void to_points(std::size_t member, int first, std::span<double* const> fields) override;
  std::vector<double> quantities(std::size_t member) override;

 protected:
  virtual const DensityProcess& process(std::size_t member) const = 0;
  /// W∗ρ of the present density, null where nothing interacts. Collective.
  virtual const double* interaction(std::size_t) { return nullptr; }
  /// The rates at which the present density, whose ghosts are filled, moves now in the process's
  /// own time. Collective.
  virtual const EdgeRates& flows(std::size_t member);

  void exchange(Field& field);
  /// The share of the process's own time that a step takes.
  double elapsed_in(std::size_t member, double dt) const;
  /// The time in which so much of it goes by, from now.
  double time_for(std::size_t member, double tau) const;
  /// How fast it goes by.
  double pace(std::size_t member) const;

 private:
  std::vector<std::unique_ptr<DensityQuantities>> quantities_;
};

}  // namespace parapet
