#include "methods/reaction_methods.hpp"

#include <algorithm>

#include "methods/difference_reaction_solver.hpp"
#include "methods/graph/graph_reaction.hpp"
#include "methods/implicit/implicit_stepper.hpp"
#include "methods/implicit_reaction_solver.hpp"
#include "methods/stabilised_reaction_solver.hpp"

namespace parapet {

namespace {

std::vector<std::string> integrators() {
  std::vector<std::string> all = {"ssprk3", "rk4", "euler", "rkc"};
  all.insert(all.end(), ImplicitStepper::names().begin(), ImplicitStepper::names().end());
  return all;
}

bool is_implicit(const MethodOptions& options) {
  return std::ranges::count(ImplicitStepper::names(), options.integrator) > 0;
}

MethodOptions known(MethodOptions options) {
  if (std::ranges::count(integrators(), options.integrator) == 0) options.integrator = "auto";
  return options;
}

}  // namespace

CellTraits reaction_traits(const AnyEquation& equation, int dimensions,
                           const MethodOptions& options) {
  const MethodOptions own = known(options);
  const PointReaction reaction = point_reaction(equation);
  if (options.graph != nullptr) return graph_traits(reaction, options);
  CellTraits traits = own.integrator == "rkc" ? stabilised_traits(reaction, dimensions, own)
                      : is_implicit(own)      ? implicit_traits(reaction, dimensions, own)
                                              : difference_traits(reaction, dimensions, own);
  traits.integrators = integrators();
  return traits;
}

std::unique_ptr<Solver> make_reaction_solver(CellGrid& cells,
                                             const std::vector<AnyEquation>& members,
                                             const StepControl& control,
                                             const MethodOptions& options) {
  const MethodOptions own = known(options);
  std::vector<PointReaction> reactions;
  for (const auto& member : members) reactions.push_back(point_reaction(member));
  if (options.graph != nullptr) {
    return make_graph_solver(cells, std::move(reactions), control, own);
  }
  if (is_implicit(own)) return make_implicit_solver(cells, std::move(reactions), control, own);
  return own.integrator == "rkc"
             ? make_stabilised_solver(cells, std::move(reactions), control, own)
             : make_difference_solver(cells, std::move(reactions), control, own);
}

}  // namespace parapet
