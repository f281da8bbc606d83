#include "methods/cell_methods.hpp"

#include "base/failure.hpp"
#include "methods/difference_reaction_solver.hpp"
#include "methods/volume/volume_solver.hpp"

namespace parapet {

namespace {

template <class Equation, class Law>
VolumeMember<Law> volume_member(const Equation& equation, const Law& law) {
  if constexpr (Law::is_carried) {
    return {law, equation.velocity_texts()};
  } else {
    return {law, {}};
  }
}

template <class Equation>
std::unique_ptr<Solver> volume_solver_of(CellGrid& cells, const MethodOptions& options,
                                         std::string_view form,
                                         const std::vector<AnyEquation>& members,
                                         const StepControl& control) {
  const int dimensions = cells.grid().dimensions;
  return std::get<Equation>(members.front())
      .with_conservation_law(form, dimensions, [&]<class Law>(const Law&) {
        std::vector<VolumeMember<Law>> all;
        for (const AnyEquation& member : members) {
          const auto& equation = std::get<Equation>(member);
          equation.with_conservation_law(form, dimensions, [&](const Law& law) {
            all.push_back(volume_member(equation, law));
          });
        }
        return make_volume_solver(cells, std::move(all), control, options);
      });
}

}  // namespace

std::vector<std::string> methods_of(const AnyEquation& equation) {
  return std::visit(
      []<class Equation>(const Equation&) {
        std::vector<std::string> names;
        if constexpr (HasSpectralForm<Equation>) names.emplace_back("spectral");
        if constexpr (ReactionDiffusion<Equation>) names.emplace_back("finite-difference");
        if constexpr (HasConservationLaw<Equation>) names.emplace_back("finite-volume");
        return names;
      },
      equation);
}

bool needs_cells(const AnyEquation& equation) {
  const auto* burgers = std::get_if<Burgers>(&equation);
  return burgers != nullptr && burgers->viscosity == 0.0;
}

CellTraits cell_traits(const AnyEquation& equation, std::string_view form, int dimensions,
                       const MethodOptions& options) {
  return std::visit(
      [&]<class Equation>(const Equation& e) -> CellTraits {
        if constexpr (ReactionDiffusion<Equation>) {
          if (options.name == "finite-difference")
            return difference_traits(point_reaction(e), options);
        }
        if constexpr (HasConservationLaw<Equation>) {
          if (options.name == "finite-volume") {
            return e.with_conservation_law(form, dimensions, [&](const auto& law) {
              return volume_traits(law, dimensions, options);
            });
          }
        }
        throw Failure(ExitCode::internal_error, "no method " + options.name);
      },
      equation);
}

std::unique_ptr<Solver> make_cell_solver(CellGrid& cells, const MethodOptions& options,
                                         std::string_view form,
                                         const std::vector<AnyEquation>& members,
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
        if constexpr (HasConservationLaw<Equation>) {
          if (options.name == "finite-volume") {
            return volume_solver_of<Equation>(cells, options, form, members, control);
          }
        }
        throw Failure(ExitCode::internal_error, "no method " + options.name);
      },
      members.front());
}

}  // namespace parapet
