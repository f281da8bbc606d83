#pragma once

#include <cstdint>
#include <vector>

#include "base/settings.hpp"

namespace parapet {

/// The `[model]` table of an input file.
struct FnoSettings {
  std::vector<std::int64_t> modes = {16};
  std::int64_t width = 64;
  std::int64_t layers = 4;
  std::int64_t projection = 128;
  bool coordinates = true;
  std::int64_t seed = 0;

  void declare(Section& section);
};

}  // namespace parapet
