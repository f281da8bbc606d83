#pragma once

#include <functional>
#include <vector>

#include "equations/all.hpp"
#include "methods/stage_kernel.hpp"

namespace parapet {

/// A reaction–diffusion system of any number of components, as methods that are not compiled for it
/// see it.
struct PointReaction {
  std::vector<double> diffusivity;
  std::function<void(const PointLine&)> reaction;
  /// Fused with diffusion and the combination of stages, see compute_stage().
  std::function<void(const StageRows&)> stage;
  /// W of each point, where R = −∂W/∂u; empty where there is no potential.
  std::function<void(const PointLine&)> potential;
  /// ∂R/∂u of each point, exact, row by row.
  std::function<void(const PointLine&)> jacobian;
  bool conserves_mean = false;

  int components() const { return static_cast<int>(diffusivity.size()); }
};

/// `equation` is one of reaction–diffusion form.
PointReaction point_reaction(const AnyEquation& equation);

}  // namespace parapet
