#pragma once

#include <span>

#include "methods/volume/vector_sweep.hpp"

namespace parapet {

/// A stage over some boxes of a block.
struct VectorTask {
  const VectorStage& stage;
  const SweepAxes& axes;
  VectorScratch& scratch;
  std::span<const SweepBox> boxes;
};

/// Compiled for two and three dimensions, each for several processors.
void sweep(const VectorTask& task, int dimensions);

}  // namespace parapet
