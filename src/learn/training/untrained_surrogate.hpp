#pragma once

#include "base/communicator.hpp"
#include "learn/evaluation/surrogate.hpp"
#include "learn/training/training_input.hpp"

namespace parapet {

class SampleSet;

/// The surrogate a training begins with: a network with random parameters that every rank draws
/// alike, and the scaling of the training samples. Collective; throws a collective Failure when
/// the architecture does not fit the data.
Surrogate untrained_surrogate(const Communicator& communicator, const TrainingInput& input,
                              const SampleSet& samples);

}  // namespace parapet
