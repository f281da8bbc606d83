#pragma once

#include <cstdint>
#include <vector>

#include "base/communicator.hpp"
#include "simulation/division.hpp"
#include "simulation/run_folder.hpp"

namespace parapet {

/// The batches a run has still to compute. A member is finished when the trajectory holds its
/// certificate. Batches in flight when the run ended are continued as they were (their checkpoints
/// are in the folder); the other members follow in batches of at most `largest`. Collective.
std::vector<Batch> unfinished_batches(const Communicator& world, const RunFolder& folder,
                                      bool is_resumed, std::int64_t members, std::int64_t largest);

}  // namespace parapet
