#include "methods/cell_methods.hpp"

#include "base/failure.hpp"
#include "methods/difference_reaction_solver.hpp"
#include "methods/hamilton_jacobi_solver.hpp"

namespace parapet {

std::vector<std::string> methods_of(const AnyEquation& equation) {
  return std::visit(
      []<class Equation>(const Equation&) {
        std::vector<std::string> names;
        if constexpr (HasSpectralForm<Equation>) names.emplace_back("spectral");
        if constexpr (ReactionDiffusion<Equation>) names.emplace_back("finite-difference");
        if constexpr (HamiltonJacobi<Equation>) names.emplace_back("finite-difference");
        return names;
      },
      equation);
}

CellTraits cell_traits(const AnyEquation& equation, std::string_view, int,
                       const MethodOptions& options) {
  return std::visit(
      [&]<class Equation>(const Equation& e) -> CellTraits {
        if constexpr (ReactionDiffusion<Equation>) {
          if (options.name == "finite-difference")
            return difference_traits(point_reaction(e), options);
        }
        if constexpr (HamiltonJacobi<Equation>) return hamilton_jacobi_traits(options);
        throw Failure(ExitCode::internal_error, "no method " + options.name);
      },
      equation);
}

std::unique_ptr<Solver> make_cell_solver(CellGrid& cells, const MethodOptions& options,
                                         std::string_view, const std::vector<AnyEquation>& members,
                                         const StepControl& control) {
  require(!members.empty(), ExitCode::internal_error, "a solver needs at least one member");
  return std::visit(
      [&]<class Equation>(const Equation&) -> std::unique_ptr<Solver> {
        if constexpr (ReactionDiffusion<Equation>) {
          std::vector<PointReaction> reactions;
          for (const auto& member : members) {
            reactions.push_back(point_reaction(std::get<Equation>(member)));
          }
          if (options.name == "finite-difference") {
            return make_difference_solver(cells, std::move(reactions), control, options);
          }
        }
        if constexpr (HamiltonJacobi<Equation>) {
          std::vector<LineHamiltonian> equations;
          for (const auto& member : members) {
            equations.push_back(line_hamiltonian(std::get<Equation>(member)));
          }
          return make_hamilton_jacobi_solver(cells, std::move(equations), control, options);
        }
        throw Failure(ExitCode::internal_error, "no method " + options.name);
      },
      members.front());
}

}  // namespace parapet
