#pragma once

#include <cstdint>
#include <filesystem>

#include "base/communicator.hpp"

namespace parapet {

/// Bytes of memory this process may hope for: the node's, or less where a control group (a batch
/// system, a container) allows less. `root` is where /proc and /sys lie, for tests.
std::uint64_t memory_limit(const std::filesystem::path& root = "/");

/// How many ranks share this rank's node. Collective.
int ranks_on_this_node(const Communicator& world);

}  // namespace parapet
