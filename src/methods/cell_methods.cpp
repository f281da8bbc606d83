#include "methods/cell_methods.hpp"

#include "base/failure.hpp"
#include "methods/reaction_methods.hpp"

namespace parapet {

std::vector<std::string> methods_of(const AnyEquation& equation) {
  return std::visit(
      []<class Equation>(const Equation&) {
        std::vector<std::string> names;
        if constexpr (HasSpectralForm<Equation>) names.emplace_back("spectral");
        if constexpr (ReactionDiffusion<Equation>) names.emplace_back("finite-difference");
        return names;
      },
      equation);
}

CellTraits cell_traits(const AnyEquation& equation, std::string_view, int dimensions,
                       const MethodOptions& options) {
  return std::visit(
      [&]<class Equation>(const Equation& e) -> CellTraits {
        if constexpr (ReactionDiffusion<Equation>) {
          if (options.name == "finite-difference") {
            return reaction_traits(e, dimensions, options);
          }
        }
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
          if (options.name == "finite-difference") {
            return make_reaction_solver(cells, members, control, options);
          }
        }
        throw Failure(ExitCode::internal_error, "no method " + options.name);
      },
      members.front());
}

}  // namespace parapet
