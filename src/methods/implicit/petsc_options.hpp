#pragma once

#include <string>

namespace parapet {

/// What the names of options for implicit steps begin with in PETSc's list.
inline constexpr const char* option_prefix = "parapet_";

inline std::string dashed_option(const std::string& option) {
  return std::string("-") + option_prefix + option;
}

}  // namespace parapet
