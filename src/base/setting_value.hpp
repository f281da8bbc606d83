#pragma once

#include <optional>
#include <string>

#include "base/input_node.hpp"
#include "base/settings.hpp"

namespace parapet {

/// Stores the value of `node` in the variable that `setting` is bound to, by the rules of
/// InputFile. Returns what is wrong with it, and leaves the variable alone, if it is not allowed.
std::optional<std::string> assign(const Setting& setting, const InputNode& node);

}  // namespace parapet
