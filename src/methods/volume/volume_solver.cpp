#include "methods/volume/volume_solver.hpp"

#include "base/failure.hpp"
#include "methods/volume/scalar_solver.hpp"

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

}  // namespace

CellTraits volume_traits(const AnyEquation& equation, int dimensions,
                         const MethodOptions& options) {
  return with_law(equation, [&](const auto& one) {
    const auto law = one.conservation_law();
    const bool is_limited = options.limiter != "none";
    CellTraits traits;
    traits.ghosts = 3;
    traits.shared_arrays = (is_limited ? 4.0 : 2.0) + (law.is_carried ? 3.0 * dimensions : 0.0);
    traits.conserves_mean = true;
    traits.ends = {BoundaryKind::outflow, BoundaryKind::dirichlet};
    if (law.has_walls(dimensions)) traits.ends.push_back(BoundaryKind::reflecting);
    traits.integrators = {"ssprk3"};
    traits.orders = {5};
    traits.fluxes = {"lax-friedrichs", "godunov"};
    traits.limiters = {"bounds", "none"};
    return traits;
  });
}

std::unique_ptr<Solver> make_volume_solver(CellGrid& cells, const std::vector<AnyEquation>& members,
                                           const StepControl& control,
                                           const MethodOptions& options) {
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
