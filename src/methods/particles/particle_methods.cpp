#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include "methods/particles/particle_energy.hpp"
#include "methods/particles/particle_moments.hpp"
#include "methods/particles/particle_process.hpp"
#include "methods/particles/particle_solver.hpp"

namespace parapet {

namespace {

constexpr std::int64_t most_direct = 20'000;
constexpr double most_neighbours = 2000.0;
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

bool takes_pairs(std::string_view interaction) {
  return interaction == "direct" || interaction == "random-batch" || interaction == "cells";
}

/// How many particles are within a distance of one if they are spread evenly.
double neighbours(const Grid& grid, std::int64_t count, double distance) {
  double share = grid.dimensions == 1   ? 2.0
                 : grid.dimensions == 2 ? std::numbers::pi
                                        : 4.0 / 3.0 * std::numbers::pi;
  for (int a = 0; a < grid.dimensions; ++a) {
    share *= distance / grid.length[static_cast<std::size_t>(a)];
  }
  return share * static_cast<double>(count);
}

/// Half of the shortest periodic axis.
double longest_cutoff(const Grid& grid) {
  double longest = std::numeric_limits<double>::infinity();
  for (int a = 0; a < grid.dimensions; ++a) {
    const auto axis = static_cast<std::size_t>(a);
    if (grid.is_periodic[axis]) longest = std::min(longest, 0.5 * grid.length[axis]);
  }
  return longest;
}

/// What "cells" leaves out.
std::string cutoff_reason(const ParticleProcess& process, double cutoff) {
  if (process.range && cutoff >= *process.range) {
    return fmt::format("exact: W acts within {} only", *process.range);
  }
  const auto W = [&](double distance) {
    const std::array<double, 3> r{distance, 0.0, 0.0};
    return process.density.interaction(r.data());
  };
  const double width = 1e-4 * cutoff;
  return fmt::format("forces beyond {} are left out, there W' = {:.2g}", cutoff,
                     (W(cutoff) - W(cutoff - width)) / width);
}

/// Why particles cannot be divided by space; empty where they can, or are not asked to be.
std::string division_refusal(const MethodOptions& options, std::string_view interaction) {
  if (options.particles.division != "space") return {};
  if (interaction == "random-batch") {
    return "\"space\" is not for random batches, whose particles are anywhere: \"index\"";
  }
  if (interaction != "mesh" || takes_one_force(options.integrator)) return {};
  return fmt::format(
      "\"space\" with a mesh is for integrators with one force a step, \"{}\" is another: "
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

/// Why there is no such cutoff; empty where there is.
std::string cutoff_refusal(const ParticleProcess& process, const Grid& grid,
                           const ParticleOptions& options) {
  if (options.interaction != "cells") {
    return options.cutoff == 0.0 ? "" : "is for interaction = \"cells\"";
  }
  const double cutoff = options.cutoff > 0.0 ? options.cutoff : process.range.value_or(0.0);
  if (cutoff == 0.0) {
    return "expected a length above 0 from which on particles do not act on each other: W of this "
           "equation does at any distance";
  }
  if (cutoff <= longest_cutoff(grid)) return {};
  if (options.cutoff > 0.0) {
    return fmt::format("{} is more than half of a periodic axis, {}", cutoff, longest_cutoff(grid));
  }
  return fmt::format("the equation's range, {}, is more than half of a periodic axis, {}", cutoff,
                     longest_cutoff(grid));
}

}  // namespace

InteractionChoice choose_interaction(const AnyEquation& equation, const Grid& grid,
                                     const ParticleOptions& options) {
  const ParticleProcess process = particle_process(equation, grid.dimensions);
  if (!process.density.interaction) return {"none", "nothing in the equation acts between them"};
  if (options.interaction == "cells") {
    return {"cells", "as asked for; " + cutoff_reason(process, cutoff_of(equation, grid, options))};
  }
  if (options.interaction != "auto") return {options.interaction, "as asked for"};
  if (process.range && *process.range <= longest_cutoff(grid) &&
      neighbours(grid, options.count, *process.range) <= most_neighbours) {
    return {"cells", "auto: " + cutoff_reason(process, *process.range)};
  }
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

double cutoff_of(const AnyEquation& equation, const Grid& grid, const ParticleOptions& options) {
  if (options.cutoff > 0.0) return options.cutoff;
  return particle_process(equation, grid.dimensions).range.value_or(0.0);
}

bool are_by_space(const AnyEquation& equation, const Grid& grid, const MethodOptions& options) {
  if (options.particles.division != "auto") return options.particles.division == "space";
  const std::string name = choose_interaction(equation, grid, options.particles).name;
  if (name == "cells") return true;
  return grid.point_count() >= many_cells && takes_one_force(options.integrator) && name == "mesh";
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
  } else if ((wanted == "moments" || wanted == "direct" || wanted == "random-batch") &&
             is_periodic) {
    faults.emplace_back("particles.interaction",
                        fmt::format("\"{}\" is for a domain with ends, round periodic axes "
                                    "\"mesh\" and \"cells\" are there",
                                    wanted));
  }
  if (wanted == "random-batch" && options.particles.batch > options.particles.count) {
    faults.emplace_back("particles.batch",
                        fmt::format("{} is more than there are, {}", options.particles.batch,
                                    options.particles.count));
  }
  if (const std::string text = cutoff_refusal(process, grid, options.particles); !text.empty()) {
    faults.emplace_back("particles.cutoff", text);
    return faults;
  }
  const std::string interaction = choose_interaction(equation, grid, options.particles).name;
  if (const std::string text = division_refusal(options, interaction); !text.empty()) {
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
  double of_scratch = options.integrator == "heun" || options.integrator == "platen" ? 2.0 : 0.0;
  if (options.particles.interaction == "cells") {
    of_scratch += 5.0;  // forces, sums twice, places in order, and images near by
  } else if (options.particles.interaction != "moments" &&
             options.particles.interaction != "mesh") {
    of_scratch += 1.0;
  }
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
