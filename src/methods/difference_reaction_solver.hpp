#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "equations/forms.hpp"
#include "methods/cell_methods.hpp"

namespace parapet {

/// A reaction–diffusion system of any number of components, as a solver that is not compiled for it
/// sees it.
struct PointReaction {
  std::vector<double> diffusivity;
  std::function<void(const PointLine&)> reaction;
  bool conserves_mean = false;
};

template <ReactionDiffusion E>
PointReaction point_reaction(const E& equation) {
  const auto form = spectral_reaction(equation);
  return {{form.diffusivity.begin(), form.diffusivity.end()}, form.reaction, form.conserves_mean};
}

CellTraits difference_traits(const PointReaction& reaction, const MethodOptions& options);

/// Reaction–diffusion by central differences of second or fourth order, advanced by the third-order
/// strong-stability-preserving Runge–Kutta method of Shu & Osher (1988):
///   u₁ = u + dt L(u),  u₂ = ¾ u + ¼ (u₁ + dt L(u₁)),  u₊ = ⅓ u + ⅔ (u₂ + dt L(u₂)).
std::unique_ptr<Solver> make_difference_solver(CellGrid& cells,
                                               std::vector<PointReaction> reactions,
                                               const StepControl& control,
                                               const MethodOptions& options);

}  // namespace parapet
