#pragma once

#include <cstdint>
#include <span>

#include <ATen/core/Tensor.h>

#include "base/communicator.hpp"
#include "learn/data/sample_set.hpp"

namespace parapet {

class Surrogate;

/// The values of `count` samples as a tensor [count, channel, x (, y, z)]; in single precision it
/// shares their memory.
at::Tensor as_fields(std::span<float> values, std::int64_t count, const SampleSet& samples,
                     bool is_double);

/// Mean relative L2 error of the surrogate over a part of the samples, which the ranks share; added
/// up in the order of the samples on any number of ranks. Collective.
double relative_error(const Communicator& communicator, Surrogate& surrogate,
                      const SampleSet& samples, Part part, std::int64_t batch_size);

}  // namespace parapet
