#include "methods/cell_methods.hpp"

#include <algorithm>

#include "base/failure.hpp"
#include "methods/density/density_process.hpp"
#include "methods/density/density_solver.hpp"
#include "methods/density/indirect_solver.hpp"
#include "methods/elliptic/elliptic_solver.hpp"
#include "methods/hamilton_jacobi_solver.hpp"
#include "methods/particles/particle_solver.hpp"
#include "methods/particles/systems/system_methods.hpp"
#include "methods/reaction_methods.hpp"
#include "methods/spectral_solver.hpp"
#include "methods/volume/volume_solver.hpp"

namespace parapet {

namespace {

bool has_indirect_signal(const AnyEquation& equation) {
  return std::holds_alternative<KellerSegelIndirect>(equation);
}

}  // namespace

std::vector<std::string> methods_of(const AnyEquation& equation) {
  if (has_indirect_signal(equation)) return {"finite-volume"};
  if (is_process(equation)) return {"finite-volume", "particles"};
  if (is_particle_system(equation)) return {"particles"};
  return std::visit(
      [&]<class Equation>(const Equation&) {
        std::vector<std::string> names;
        if (!integrators_of(equation).empty()) names.emplace_back("spectral");
        if constexpr (ReactionDiffusion<Equation>) names.emplace_back("finite-difference");
        if constexpr (HamiltonJacobi<Equation>) names.emplace_back("finite-difference");
        if constexpr (HasConservationLaw<Equation>) names.emplace_back("finite-volume");
        if constexpr (Elliptic<Equation>) names.emplace_back("finite-volume");
        return names;
      },
      equation);
}

bool needs_cells(const AnyEquation& equation) {
  const auto* burgers = std::get_if<Burgers>(&equation);
  return burgers != nullptr && burgers->viscosity == 0.0;
}

namespace {

bool is_conservation_law(const AnyEquation& equation, const MethodOptions& options) {
  return options.name == "finite-volume" &&
         std::visit([]<class E>(const E&) { return HasConservationLaw<E>; }, equation);
}

CellTraits own_traits(const AnyEquation& equation, std::string_view form, int dimensions,
                      const MethodOptions& options) {
  if (is_particle_system(equation)) return particle_system_traits(equation, dimensions);
  if (options.name == "particles") return particle_traits(equation, dimensions, options);
  if (is_process(equation)) return density_traits(equation, dimensions, options);
  if (has_indirect_signal(equation)) return indirect_traits(dimensions, options);
  if (is_conservation_law(equation, options))
    return volume_traits(equation, form, dimensions, options);
  return std::visit(
      [&]<class Equation>(const Equation& e) -> CellTraits {
        if constexpr (ReactionDiffusion<Equation>) {
          if (options.name == "finite-difference") {
            return reaction_traits(e, dimensions, options);
          }
        }
        if constexpr (HamiltonJacobi<Equation>) return hamilton_jacobi_traits(options);
        if constexpr (Elliptic<Equation>) return elliptic_traits(Equation::has_permeability);
        throw Failure(ExitCode::internal_error, "no method " + options.name);
      },
      equation);
}

}  // namespace

CellTraits cell_traits(const AnyEquation& equation, std::string_view form, int dimensions,
                       const MethodOptions& options) {
  CellTraits traits = own_traits(equation, form, dimensions, options);
  for (const FieldName& field : traits.optional_fields) {
    if (std::ranges::count(options.derived, field.name) > 0) traits.derived_fields.push_back(field);
  }
  return traits;
}

std::unique_ptr<Solver> make_cell_solver(CellGrid& cells, const MethodOptions& options,
                                         std::string_view form,
                                         const std::vector<AnyEquation>& members,
                                         const StepControl& control) {
  require(!members.empty(), ExitCode::internal_error, "a solver needs at least one member");
  if (is_particle_system(members.front())) {
    return make_system_solver(cells, form, members, control, options);
  }
  if (options.name == "particles") return make_particle_solver(cells, members, control, options);
  if (is_process(members.front())) return make_density_solver(cells, members, control, options);
  if (has_indirect_signal(members.front())) {
    return make_indirect_solver(cells, members, control, options);
  }
  if (is_conservation_law(members.front(), options)) {
    return make_volume_solver(cells, members, form, control, options);
  }
  return std::visit(
      [&]<class Equation>(const Equation&) -> std::unique_ptr<Solver> {
        if constexpr (ReactionDiffusion<Equation>) {
          if (options.name == "finite-difference") {
            return make_reaction_solver(cells, members, control, options);
          }
        }
        if constexpr (HamiltonJacobi<Equation>) {
          std::vector<LineHamiltonian> equations;
          for (const auto& member : members) {
            equations.push_back(line_hamiltonian(std::get<Equation>(member)));
          }
          return make_hamilton_jacobi_solver(cells, std::move(equations), control, options);
        }
        if constexpr (Elliptic<Equation>) {
          return make_elliptic_solver(cells, members.size(), Equation::has_permeability, options);
        }
        throw Failure(ExitCode::internal_error, "no method " + options.name);
      },
      members.front());
}

}  // namespace parapet
