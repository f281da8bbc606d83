#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "learn/data/data_settings.hpp"

namespace parapet {

class TrajectoryReader;

enum class Part { train, validation, test };

/// The members of a trajectory that can be learnt from: their frames are there and no certificate
/// says that they failed.
struct UsableMembers {
  std::vector<std::int64_t> members;
  std::int64_t incomplete = 0, failed = 0;

  UsableMembers(const TrajectoryReader& trajectory, std::int64_t frames_needed);
};

/// The members of each Part. Ranges take their usable members; numbers take what is left, training
/// and validation from the beginning, test from the end. Throws Failure(bad_input) for ranges that
/// overlap or hold no usable member, when more are asked for than there are (the message ends with
/// `summary`), and when none is left to train on.
std::array<std::vector<std::int64_t>, 3> divide_members(const DataSettings& settings,
                                                        const std::vector<std::int64_t>& usable,
                                                        const std::string& summary);

}  // namespace parapet
