#pragma once

#include <optional>
#include <string>

#include "base/input_node.hpp"

namespace parapet {

/// Applies `--set section.key=value` to a document: replaces the value or adds it, with the
/// sections it needs. The value is TOML, or a text without its quotes. Returns what is wrong with
/// it, and leaves the document alone, if it cannot be done.
std::optional<std::string> apply_override(InputNode& root, const std::string& assignment);

}  // namespace parapet
