#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/communicator.hpp"

namespace parapet {

/// What is wrong with `name` as the folder of a run, which may be relative or absolute; nothing
/// when it is fine. It must not be empty, hold control characters, or have a part that is "..".
std::optional<std::string> fault_in_folder_name(std::string_view name);

/// Creates `folder` and those above it where they are missing, and proves that files can be created
/// in it. Throws a collective Failure(input_output) that says why not. Collective.
void prepare_folder(const Communicator& communicator, const std::filesystem::path& folder);

}  // namespace parapet
