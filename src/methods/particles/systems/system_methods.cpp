#include "methods/particles/systems/system_methods.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {

namespace {

/// Calls act with the system an equation is.
template <class F>
auto with_system(const AnyEquation& equation, F&& act) {
  return std::visit(
      [&]<class E>(const E& e) -> decltype(act(std::declval<const Kuramoto&>())) {
        if constexpr (ParticleSystem<E>) return act(e);
        throw Failure(ExitCode::internal_error, "this equation is no system of particles");
      },
      equation);
}

}  // namespace

bool is_particle_system(const AnyEquation& equation) {
  return std::visit([]<class E>(const E&) { return ParticleSystem<E>; }, equation);
}

ParticleNumbers particle_numbers(const AnyEquation& equation, int dimensions) {
  return with_system(equation, [&](const auto& e) { return e.particle_numbers(dimensions); });
}

std::string system_interaction(const AnyEquation& equation, int dimensions) {
  return with_system(equation,
                     [&](const auto& e) { return system_traits(e, dimensions).interaction; });
}

SystemFaults particle_system_faults(const AnyEquation& equation, const Grid& grid,
                                    const MethodOptions& options) {
  const SystemTraits traits =
      with_system(equation, [&](const auto& e) { return system_traits(e, grid.dimensions); });
  SystemFaults faults;
  for (int a = 0; a < grid.dimensions; ++a) {
    const bool is_periodic = grid.is_periodic[static_cast<std::size_t>(a)];
    if (is_periodic == traits.is_circular) continue;
    faults.emplace_back("grid.boundary", traits.is_circular
                                             ? "phases go round: \"periodic\""
                                             : "these particles may go anywhere, the grid is a "
                                               "window: \"outflow\"");
    break;
  }
  if (options.particles.interaction != "auto") {
    faults.emplace_back("particles.interaction", "how these particles interact is the equation's");
  }
  if (options.particles.batch != ParticleOptions{}.batch) {
    faults.emplace_back("particles.batch", "is for particles that meet in random batches");
  }
  if (options.particles.division == "space") {
    faults.emplace_back("particles.division", "particles of a system are divided by index");
  }
  if (options.particles.softening != 0.0) {
    faults.emplace_back("particles.softening", "is for pairs that a potential W tells");
  }
  if (options.particles.cutoff != 0.0) {
    faults.emplace_back("particles.cutoff", "is for pairs that a potential W tells");
  }
  const SystemFaults own =
      with_system(equation, [&](const auto& e) { return system_faults(e, grid, options); });
  faults.insert(faults.end(), own.begin(), own.end());
  return faults;
}

CellTraits particle_system_traits(const AnyEquation& equation, int dimensions) {
  const SystemTraits system =
      with_system(equation, [&](const auto& e) { return system_traits(e, dimensions); });
  const ParticleNumbers numbers = particle_numbers(equation, dimensions);
  CellTraits traits;
  traits.arrays = numbers.has_velocity ? 2.0 + dimensions : 2.0;
  traits.whole_grids = 2.0;
  traits.particle_bytes = sizeof(double) * (numbers.count() + system.scratch);
  traits.holds_averages = system.holds_averages;
  traits.takes_courant = false;
  traits.holds_density = true;
  traits.conserves_mean = system.is_circular;
  traits.ends = system.ends;
  traits.integrators = system.integrators;
  traits.quantities = {"particles_in_window", "mass_in_window"};
  for (const std::string& name : system.quantities) traits.quantities.push_back(name);
  if (numbers.has_velocity) traits.derived_fields.push_back({"momentum", dimensions});
  return traits;
}

}  // namespace parapet
