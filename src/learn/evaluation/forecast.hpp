#pragma once

#include <cstdint>
#include <filesystem>

#include "base/communicator.hpp"

namespace parapet {

class Surrogate;

/// Lets a surrogate predict from one frame of every usable member of a trajectory, on the grid the
/// file has, and writes start and predictions as a trajectory of their own in `folder`. A step
/// model predicts `steps` frames, each from the one before; an operator one. The ranks share the
/// members. Collective; throws collective Failures: bad_input when the file's channels are not the
/// model's.
void forecast(const Communicator& communicator, Surrogate& surrogate,
              const std::filesystem::path& input, std::int64_t frame, std::int64_t steps,
              const std::filesystem::path& folder);

}  // namespace parapet
