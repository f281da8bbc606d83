#include <algorithm>

#include <fmt/format.h>

#include "methods/particles/particle_moments.hpp"
#include "methods/particles/particle_process.hpp"
#include "methods/particles/particle_solver.hpp"

namespace parapet {

namespace {

constexpr std::int64_t most_direct = 20'000;

}  // namespace

std::string particle_interaction(const AnyEquation& equation, const Grid& grid,
                                 const ParticleOptions& options) {
  const ParticleProcess process = particle_process(equation, grid.dimensions);
  if (!process.density.interaction) return "none";
  if (options.interaction != "auto") return options.interaction;
  bool is_closed = true;
  for (int a = 0; a < grid.dimensions; ++a) {
    is_closed = is_closed && !grid.is_periodic[static_cast<std::size_t>(a)];
  }
  if (process.spring && is_closed) return "moments";
  const bool has_law = pair_forces(Communicator::self(), equation, grid.dimensions, 0.0) != nullptr;
  return has_law && is_closed && options.count <= most_direct ? "direct" : "mesh";
}

std::vector<std::pair<std::string, std::string>> particle_faults(const AnyEquation& equation,
                                                                 const Grid& grid,
                                                                 const MethodOptions& options) {
  std::vector<std::pair<std::string, std::string>> faults;
  if (const std::string refusal = particles_refusal(equation, grid.dimensions); !refusal.empty()) {
    return {{"method.name", refusal}};
  }
  const ParticleProcess process = particle_process(equation, grid.dimensions);
  const std::string& wanted = options.particles.interaction;
  const bool is_periodic = grid.is_periodic[0] || (grid.dimensions > 1 && grid.is_periodic[1]) ||
                           (grid.dimensions > 2 && grid.is_periodic[2]);
  if (wanted != "auto" && !process.density.interaction) {
    faults.emplace_back("particles.interaction", "particles of this equation do not interact");
  } else if (wanted == "moments" && !process.spring) {
    faults.emplace_back("particles.interaction",
                        "\"moments\" is for W = κ/2 r², this interaction is another");
  } else if (wanted == "direct" && std::holds_alternative<FokkerPlanck>(equation)) {
    faults.emplace_back("particles.interaction",
                        "\"direct\" is not there for an interaction given by a formula: \"mesh\"");
  } else if ((wanted == "moments" || wanted == "direct") && is_periodic) {
    faults.emplace_back("particles.interaction",
                        fmt::format("\"{}\" is for a domain with ends, round periodic axes only "
                                    "\"mesh\" is there",
                                    wanted));
  }
  const bool needs_constant =
      options.integrator == "heun" || options.integrator == "leimkuhler-matthews";
  if (needs_constant && !process.has_constant_diffusion) {
    faults.emplace_back("method.integrator",
                        fmt::format("\"{}\" is for a diffusion that is the same everywhere and at "
                                    "all times: \"euler-maruyama\"",
                                    options.integrator));
  }
  return faults;
}

CellTraits particle_traits(const AnyEquation& equation, int dimensions,
                           const MethodOptions& options) {
  CellTraits traits;
  traits.arrays = 2.0;
  traits.shared_arrays = 2.0;
  traits.whole_grids = 2.0;
  const double of_scratch =
      (options.integrator == "heun" ? 2.0 : 0.0) +
      (options.particles.interaction == "moments" || options.particles.interaction == "mesh" ? 0.0
                                                                                             : 1.0);
  traits.particle_bytes = sizeof(double) * (2.0 + dimensions * (1.0 + of_scratch));
  traits.conserves_mean = true;
  traits.holds_averages = true;
  traits.takes_courant = false;
  traits.holds_density = true;
  traits.ends = {BoundaryKind::no_flux, BoundaryKind::absorbing};
  if (density_process(equation, dimensions).is_nonlinear()) traits.ends.pop_back();
  traits.integrators = {particle_integrators.begin(), particle_integrators.end()};
  traits.quantities = particle_moment_names(dimensions);
  return traits;
}

}  // namespace parapet
