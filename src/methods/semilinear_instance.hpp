#pragma once

#include <utility>

#include "methods/semilinear_factory.hpp"
#include "methods/semilinear_solver.hpp"

namespace parapet {

template <SemilinearSpectral E>
std::unique_ptr<SpectralSolver> make_semilinear_solver(SpectralTransform& transform,
                                                       std::vector<SystemMember<E>> members,
                                                       const StepControl& control) {
  return std::make_unique<SemilinearSolver<E>>(transform, std::move(members), control);
}

}  // namespace parapet
