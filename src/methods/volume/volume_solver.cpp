#include "methods/volume/volume_solver.hpp"

#include "base/failure.hpp"
#include "methods/volume/scalar_solver.hpp"
#include "methods/volume/vector_solver.hpp"

namespace parapet {

namespace {

/// Calls use(equation) with an equation that is a conservation law.
template <class F>
auto with_law(const AnyEquation& equation, F&& use) {
  return std::visit(
      [&]<class Equation>(const Equation& one) -> decltype(use(Burgers{})) {
        if constexpr (HasConservationLaw<Equation>) return use(one);
        throw Failure(ExitCode::internal_error, "the equation is no conservation law");
      },
      equation);
}

template <class Equation>
std::vector<std::string> velocity_of(const Equation& equation) {
  if constexpr (requires { equation.velocity.texts; }) return equation.velocity.texts;
  return {};
}

bool carries_itself(const AnyEquation& equation, std::string_view form, int dimensions) {
  return std::holds_alternative<Burgers>(equation) && Burgers::is_vector(form, dimensions);
}

/// What both kinds of solvers have.
CellTraits common_traits() {
  CellTraits traits;
  traits.ghosts = 3;
  traits.ends = {BoundaryKind::outflow, BoundaryKind::dirichlet};
  traits.integrators = {"ssprk3"};
  traits.orders = {5};
  traits.fluxes = {"lax-friedrichs", "godunov"};
  traits.viscosities = {"explicit", "implicit"};
  return traits;
}

/// Arrays for implicit viscosity: those of the stages and of its systems. "auto" is taken to
/// solve them by modes.
double implicit_arrays(double viscosity, int components, const MethodOptions& options) {
  if (!(viscosity > 0.0) || options.viscosity == "explicit") return 0.0;
  return 9.0 * components + (options.viscosity == "implicit" ? 42.0 : 6.0);
}

CellTraits vector_traits(double viscosity, int dimensions, const MethodOptions& options) {
  CellTraits traits = common_traits();
  traits.components = dimensions;
  traits.shared_arrays = 2.0 * dimensions + implicit_arrays(viscosity, dimensions, options);
  traits.ends.push_back(BoundaryKind::reflecting);
  traits.limiters = {"none"};
  return traits;
}

}  // namespace

CellTraits volume_traits(const AnyEquation& equation, std::string_view form, int dimensions,
                         const MethodOptions& options) {
  if (carries_itself(equation, form, dimensions)) {
    return vector_traits(std::get<Burgers>(equation).viscosity, dimensions, options);
  }
  return with_law(equation, [&](const auto& one) {
    const auto law = one.conservation_law();
    const bool is_limited = options.limiter != "none";
    CellTraits traits = common_traits();
    traits.shared_arrays = (is_limited ? 4.0 : 2.0) + (law.is_carried ? 4.0 * dimensions : 0.0) +
                           implicit_arrays(law.viscosity, 1, options);
    traits.conserves_mean = true;
    if (law.has_walls(dimensions)) traits.ends.push_back(BoundaryKind::reflecting);
    traits.limiters = {"bounds", "none"};
    return traits;
  });
}

std::unique_ptr<Solver> make_volume_solver(CellGrid& cells, const std::vector<AnyEquation>& members,
                                           std::string_view form, const StepControl& control,
                                           const MethodOptions& options) {
  if (carries_itself(members.front(), form, cells.grid().dimensions)) {
    std::vector<double> viscosities;
    for (const AnyEquation& member : members) {
      viscosities.push_back(std::get<Burgers>(member).viscosity);
    }
    return std::make_unique<VectorVolumeSolver>(cells, std::move(viscosities), control, options);
  }
  return with_law(members.front(), [&]<class Equation>(const Equation& first) {
    using Law = decltype(first.conservation_law());
    std::vector<Law> laws;
    for (const AnyEquation& member : members) {
      laws.push_back(std::get<Equation>(member).conservation_law());
    }
    return std::unique_ptr<Solver>(std::make_unique<ScalarVolumeSolver<Law>>(
        cells, std::move(laws), velocity_of(first), control, options));
  });
}

}  // namespace parapet
