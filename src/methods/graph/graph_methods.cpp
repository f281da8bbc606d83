#include <algorithm>

#include "methods/graph/explicit_graph_solver.hpp"
#include "methods/graph/implicit_graph_solver.hpp"
#include "methods/implicit/earlier_states.hpp"
#include "methods/runge_kutta_stages.hpp"

namespace parapet {

namespace {

bool is_implicit(const MethodOptions& options) {
  return std::ranges::count(ImplicitStepper::names(), options.integrator) > 0;
}

}  // namespace

std::vector<std::string> graph_integrators() {
  std::vector<std::string> all = {"ssprk3", "rk4", "euler"};
  all.insert(all.end(), ImplicitStepper::names().begin(), ImplicitStepper::names().end());
  return all;
}

CellTraits graph_traits(const PointReaction& reaction, const MethodOptions& options) {
  CellTraits traits = GraphReaction::traits_of(reaction);
  traits.integrators = graph_integrators();
  const double components = traits.components;
  if (is_implicit(options)) {
    // Per component vectors of PETSc, work arrays, a matrix and its factors; the slopes beside.
    traits.shared_arrays = components * (52.0 + 4.0 + 40.0) + components * components;
    traits.takes_tolerance = ImplicitStepper::estimated_order(options.integrator) > 0;
    traits.takes_courant = false;
    traits.earlier_states = static_cast<int>(EarlierStates::count(options.integrator));
    traits.arrays += traits.earlier_states;
  } else {
    const bool is_known = std::ranges::count(traits.integrators, options.integrator) > 0;
    const auto& method = runge_kutta_named(is_known ? options.integrator : "auto");
    traits.shared_arrays = components * static_cast<double>(method.stages + 3);
  }
  return traits;
}

std::unique_ptr<Solver> make_graph_solver(CellGrid& cells, std::vector<PointReaction> reactions,
                                          const StepControl& control,
                                          const MethodOptions& options) {
  return is_implicit(options)
             ? make_implicit_graph_solver(cells, std::move(reactions), control, options)
             : make_explicit_graph_solver(cells, std::move(reactions), control, options);
}

}  // namespace parapet
