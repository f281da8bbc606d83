#include <algorithm>

#include <fmt/format.h>

#include "methods/particles/particle_energy.hpp"
#include "methods/particles/particle_moments.hpp"
#include "methods/particles/particle_process.hpp"
#include "methods/particles/particle_solver.hpp"

namespace parapet {

namespace {

constexpr std::int64_t most_direct = 20'000;
constexpr std::int64_t many_cells = 65'536;

/// Where places are predicted before they are taken, a particle's cloud could leave its rank's box.
bool takes_one_force(std::string_view integrator) {
  return integrator == "auto" || integrator == "euler-maruyama" ||
         integrator == "leimkuhler-matthews" || integrator == "tamed-euler";
}

/// A whole number with spaces between thousands.
std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::ptrdiff_t at = std::ssize(text) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), " ");
  }
  return text;
}

bool takes_pairs(const std::string& interaction) {
  return interaction == "direct" || interaction == "random-batch";
}

/// Why particles cannot be divided by space; empty where they can, or are not asked to be.
std::string division_refusal(const MethodOptions& options) {
  if (options.particles.division != "space") return {};
  if (options.particles.interaction == "random-batch") {
    return "\"space\" is not for random batches, whose particles are anywhere: \"index\"";
  }
  if (takes_one_force(options.integrator)) return {};
  return fmt::format(
      "\"space\" is for integrators with one force a step, \"{}\" is another: "
      "\"index\"",
      options.integrator);
}

/// Why a process cannot be advanced by an integrator; empty where it can.
std::string integrator_refusal(const ParticleProcess& process, const std::string& integrator) {
  if (integrator == "baoab" && !process.friction) {
    return "\"baoab\" is for a place and a velocity with friction, as \"underdamped-langevin\" has "
           "them: \"heun\"";
  }
  if (integrator == "platen" && process.density.has_cross_diffusion) {
    return "\"platen\" is for a diagonal diffusion: \"euler-maruyama\"";
  }
  const bool needs_constant = integrator == "heun" || integrator == "leimkuhler-matthews";
  if (!needs_constant || process.has_constant_diffusion) return {};
  return fmt::format("\"{}\" is for a diffusion that is the same everywhere and at all times: {}",
                     integrator,
                     process.density.has_cross_diffusion ? "\"euler-maruyama\""
                                                         : "\"platen\" or \"euler-maruyama\"");
}

}  // namespace

InteractionChoice choose_interaction(const AnyEquation& equation, const Grid& grid,
                                     const ParticleOptions& options) {
  const ParticleProcess process = particle_process(equation, grid.dimensions);
  if (!process.density.interaction) return {"none", "nothing in the equation acts between them"};
  if (options.interaction != "auto") return {options.interaction, "as asked for"};
  for (int a = 0; a < grid.dimensions; ++a) {
    if (grid.is_periodic[static_cast<std::size_t>(a)]) {
      return {"mesh", fmt::format("auto: {} is periodic", "xyz"[a])};
    }
  }
  if (process.spring) return {"moments", "auto: W = κ/2 r², all forces follow from the mean"};
  if (!pair_forces(Communicator::self(), equation, grid.dimensions, 0.0)) {
    return {"mesh", "auto: the interaction is given by a formula"};
  }
  if (options.count > most_direct) {
    return {"mesh", fmt::format("auto: {} particles are too many for all pairs, more than {}",
                                grouped(options.count), grouped(most_direct))};
  }
  return {"direct", fmt::format("auto: exact, and {} particles are not more than {}",
                                grouped(options.count), grouped(most_direct))};
}

bool are_by_space(const AnyEquation& equation, const Grid& grid, const MethodOptions& options) {
  if (options.particles.division != "auto") return options.particles.division == "space";
  return grid.point_count() >= many_cells && takes_one_force(options.integrator) &&
         choose_interaction(equation, grid, options.particles).name == "mesh";
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
  } else if (takes_pairs(wanted) && std::holds_alternative<FokkerPlanck>(equation)) {
    faults.emplace_back(
        "particles.interaction",
        fmt::format("\"{}\" is not there for an interaction given by a formula: \"mesh\"", wanted));
  } else if ((wanted == "moments" || takes_pairs(wanted)) && is_periodic) {
    faults.emplace_back("particles.interaction",
                        fmt::format("\"{}\" is for a domain with ends, round periodic axes only "
                                    "\"mesh\" is there",
                                    wanted));
  }
  if (wanted == "random-batch" && options.particles.batch > options.particles.count) {
    faults.emplace_back("particles.batch",
                        fmt::format("{} is more than there are, {}", options.particles.batch,
                                    options.particles.count));
  }
  if (const std::string text = division_refusal(options); !text.empty()) {
    faults.emplace_back("particles.division", text);
  }
  if (const std::string text = integrator_refusal(process, options.integrator); !text.empty()) {
    faults.emplace_back("method.integrator", text);
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
      (options.integrator == "heun" || options.integrator == "platen" ? 2.0 : 0.0) +
      (options.particles.interaction == "moments" || options.particles.interaction == "mesh" ? 0.0
                                                                                             : 1.0);
  const double of_batches =
      options.particles.interaction == "random-batch" ? 4.0 + 6.0 * dimensions : 0.0;
  traits.particle_bytes = sizeof(double) * (2.0 + dimensions * (1.0 + of_scratch) + of_batches);
  traits.optional_fields = {{"flux", dimensions}};
  if (!options.derived.empty()) {
    traits.whole_grids += dimensions * (dimensions + 2.0);
    traits.particle_bytes += sizeof(double) * (6.0 + dimensions);
  }
  traits.conserves_mean = true;
  traits.holds_averages = true;
  traits.takes_courant = false;
  traits.holds_density = true;
  traits.ends = {BoundaryKind::no_flux, BoundaryKind::absorbing};
  if (density_process(equation, dimensions).is_nonlinear()) traits.ends.pop_back();
  traits.integrators = {particle_integrators.begin(), particle_integrators.end()};
  traits.quantities = particle_moment_names(dimensions);
  traits.quantities.insert(traits.quantities.end(), particle_energy_names.begin(),
                           particle_energy_names.end());
  return traits;
}

}  // namespace parapet
