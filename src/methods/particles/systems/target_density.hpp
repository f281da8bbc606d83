#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "methods/particles/systems/system_dynamics.hpp"

namespace parapet {

/// U of a target density e^{−U} at points, one array a coordinate.
class TargetDensity {
 public:
  virtual ~TargetDensity() = default;

  virtual void values(std::span<const double* const> x, std::span<double> U) const = 0;
  /// ∂U/∂x_a of `count` points, one array a coordinate.
  virtual void slope(std::span<const double* const> x, std::span<double* const> out,
                     std::size_t count) const = 0;
};

/// What the form of the equation says: a formula of as many coordinates as the grid has axes, or
/// logistic regression on `table`, which it keeps a pointer to.
std::unique_ptr<TargetDensity> target_density(const TargetSampling& e, const SystemFrame& frame);

}  // namespace parapet
