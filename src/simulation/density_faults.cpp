#include "simulation/density_faults.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "methods/density/process_faults.hpp"

namespace parapet {

namespace {

/// Kinds of initial fields that have no negative values of themselves.
constexpr std::array<std::string_view, 6> kinds_of_density = {"gaussian", "patch",   "spots",
                                                              "slab",     "uniform", "file"};

}  // namespace

void check_density(InputFile& file, const RunSettings& settings) {
  for (const auto& [key, message] :
       process_faults(settings.problem.equation, settings.grid.grid(), 0.0, settings.time.end)) {
    file.fault("equation", key, message);
  }
  const InitialSettings& initial = settings.problem.initial;
  if (std::ranges::count(kinds_of_density, initial.kind) == 0) {
    file.fault("initial", "kind",
               fmt::format("\"{}\" has negative values, a density has none: \"gaussian\", "
                           "\"patch\", \"spots\", \"slab\" or \"uniform\"",
                           initial.kind));
  }
}

}  // namespace parapet
