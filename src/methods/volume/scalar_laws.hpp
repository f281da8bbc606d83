#pragma once

#include <span>

#include "equations/advection.hpp"
#include "equations/burgers.hpp"
#include "equations/continuity.hpp"
#include "methods/volume/scalar_sweep.hpp"

namespace parapet {

/// A stage over some boxes of a block.
template <class Law>
struct ScalarTask {
  const ScalarStage<Law>& stage;
  const SweepAxes& axes;
  ScalarScratch& scratch;
  std::span<const SweepBox> boxes;
};

/// Compiled for the laws there are, each for several processors.
void sweep(const ScalarTask<AdvectionLaw>& task);
void sweep(const ScalarTask<BurgersLaw>& task);
void sweep(const ScalarTask<ContinuityLaw>& task);

}  // namespace parapet
