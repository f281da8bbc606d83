#pragma once

#include <filesystem>
#include <string>

#include "base/communicator.hpp"

namespace parapet {

/// What a trajectory or checkpoint file holds, for people. Throws a collective Failure: bad_input
/// when there is no such file, unusable_file when it is neither or is damaged. Collective.
std::string file_info(const Communicator& world, const std::filesystem::path& file);

}  // namespace parapet
