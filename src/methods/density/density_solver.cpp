#include "methods/density/density_solver.hpp"

#include <limits>

#include "methods/density/density_base.hpp"
#include "methods/density/jko_solver.hpp"
#include "methods/density/nonlinear_stepper.hpp"

namespace parapet {

namespace {

/// Processes whose rates do not depend on the density.
class LinearDensitySolver final : public DensityBase {
 public:
  LinearDensitySolver(CellGrid& cells, std::vector<DensityProcess> processes,
                      const StepControl& control, const MethodOptions& options)
      : DensityBase(cells, processes.size(), control, options),
        integrator_(density_integrator(options)),
        stepper_(cells, integrator_) {
    generators_.reserve(processes.size());
    for (DensityProcess& one : processes) {
      generators_.emplace_back(cells, std::move(one), options.order != 1);
    }
  }

  std::size_t memory_bytes() const override {
    std::size_t bytes = CellSolver::memory_bytes() + stepper_.memory_bytes();
    for (const RateGenerator& one : generators_) bytes += one.memory_bytes();
    return bytes;
  }

 protected:
  const DensityProcess& process(std::size_t member) const override {
    return generators_[member].process();
  }

  double longest_step(std::size_t member) override {
    if (integrator_ != DensityIntegrator::ssprk3) return std::numeric_limits<double>::infinity();
    flows(member);
    return time_for(member, generators_[member].monotone().longest_positive_step());
  }

  const EdgeRates& flows(std::size_t member) override {
    RateGenerator& g = generators_[member];
    if (g.process().depends_on_time) g.tabulate(progress(member).time);
    return g.rates();
  }

  void evaluate_rate(std::size_t member, std::span<double* const> rate) override {
    exchange(field(member, 0));
    flows(member).apply(field(member, 0).data(), rate[0]);
    const double factor = pace(member);
    for (std::size_t x = 0; x < cells().layout().size; ++x) rate[0][x] *= factor;
  }

  void advance(std::size_t member, std::span<const double> steps) override {
    const double dt = steps.front();  // steps_at_once() is 1
    RateGenerator& g = generators_[member];
    // Rates frozen half way are second order (Magnus 1954).
    if (g.process().depends_on_time) g.tabulate(progress(member).time + 0.5 * dt);
    stepper_.step(g, elapsed_in(member, dt), field(member, 0));
  }

 private:
  DensityIntegrator integrator_;
  DensityStepper stepper_;
  std::vector<RateGenerator> generators_;
};

class NonlinearDensitySolver final : public DensityBase {
 public:
  NonlinearDensitySolver(CellGrid& cells, std::vector<DensityProcess> processes,
                         const StepControl& control, const MethodOptions& options)
      : DensityBase(cells, processes.size(), control, options),
        integrator_(density_integrator(options)),
        stepper_(cells, integrator_) {
    laws_.reserve(processes.size());
    for (DensityProcess& one : processes) laws_.emplace_back(cells, std::move(one));
  }

  std::size_t memory_bytes() const override {
    std::size_t bytes = CellSolver::memory_bytes() + stepper_.memory_bytes();
    for (const NonlinearRates& one : laws_) bytes += one.memory_bytes();
    return bytes;
  }

 protected:
  const DensityProcess& process(std::size_t member) const override {
    return laws_[member].process();
  }
  const double* interaction(std::size_t member) override {
    laws_[member].interact(field(member, 0).data());
    return laws_[member].interaction();
  }

  double longest_step(std::size_t member) override {
    if (integrator_ != DensityIntegrator::ssprk3) return std::numeric_limits<double>::infinity();
    look_at_now(member);
    return time_for(member, stepper_.longest_step(laws_[member], field(member, 0)));
  }

  const EdgeRates& flows(std::size_t member) override {
    look_at_now(member);
    return stepper_.flows_at(laws_[member], field(member, 0));
  }

  void evaluate_rate(std::size_t member, std::span<double* const> rate) override {
    flows(member).apply(field(member, 0).data(), rate[0]);
    const double factor = pace(member);
    for (std::size_t x = 0; x < cells().layout().size; ++x) rate[0][x] *= factor;
  }

  void advance(std::size_t member, std::span<const double> steps) override {
    const double dt = steps.front();  // steps_at_once() is 1
    if (process(member).depends_on_time) {
      laws_[member].tabulate(progress(member).time + 0.5 * dt);
    }
    stepper_.step(laws_[member], elapsed_in(member, dt), field(member, 0));
  }

 private:
  void look_at_now(std::size_t member) {
    if (process(member).depends_on_time) laws_[member].tabulate(progress(member).time);
  }

  DensityIntegrator integrator_;
  NonlinearStepper stepper_;
  std::vector<NonlinearRates> laws_;
};

}  // namespace

CellTraits density_traits(const AnyEquation& equation, int dimensions,
                          const MethodOptions& options) {
  const DensityProcess process = density_process(equation, dimensions);
  CellTraits traits;
  traits.ghosts = 1;
  traits.reach = process.has_cross_diffusion ? GhostReach::corners : GhostReach::faces;
  const double directions = process.has_cross_diffusion ? dimensions * dimensions : dimensions;
  const bool is_jko = options.integrator == jko_integrator;
  const bool is_implicit = !is_jko && density_integrator(options) != DensityIntegrator::ssprk3;
  traits.arrays = 2.0 + 2.0 * directions + (is_implicit ? 4.0 * (3.0 * directions + 3.0) : 0.0);
  traits.shared_arrays = 4.0;
  traits.conserves_mean = true;
  traits.holds_averages = true;
  traits.takes_courant = !is_implicit && !is_jko;
  traits.holds_density = true;
  traits.ends = {BoundaryKind::no_flux};
  if (!process.is_nonlinear() && !is_jko) traits.ends.push_back(BoundaryKind::absorbing);
  traits.integrators = {density_integrators.begin(), density_integrators.end()};
  traits.integrators.emplace_back(jko_integrator);  // in 1 D, see jko_refusal()
  traits.orders = {2, 1};
  traits.quantities = DensityQuantities::names(dimensions);
  traits.derived_fields = {{"score", dimensions}};
  if (!is_jko) traits.optional_fields = {{"flux", dimensions}};
  return traits;
}

std::unique_ptr<Solver> make_density_solver(CellGrid& cells,
                                            const std::vector<AnyEquation>& equations,
                                            const StepControl& control,
                                            const MethodOptions& options) {
  std::vector<DensityProcess> processes;
  for (const AnyEquation& equation : equations) {
    processes.push_back(density_process(equation, cells.grid().dimensions));
  }
  if (options.integrator == jko_integrator) {
    return make_jko_solver(cells, std::move(processes), control, options);
  }
  if (processes.front().is_nonlinear()) {
    return std::make_unique<NonlinearDensitySolver>(cells, std::move(processes), control, options);
  }
  return std::make_unique<LinearDensitySolver>(cells, std::move(processes), control, options);
}

}  // namespace parapet
