#include "learn/fno_shape.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {

FnoShape FnoShape::from(const FnoSettings& settings, std::int64_t dimensions,
                        std::int64_t input_channels, std::int64_t output_channels) {
  std::vector<std::int64_t> modes = settings.modes;
  if (modes.size() == 1) modes.assign(dimensions, modes[0]);
  require(static_cast<std::int64_t>(modes.size()) == dimensions, ExitCode::bad_input,
          fmt::format("[model] modes has {} entries, but the data have {} dimensions: give one "
                      "entry for all axes or one for each",
                      modes.size(), dimensions));
  return {input_channels,      output_channels,     modes, settings.width, settings.layers,
          settings.projection, settings.coordinates};
}

std::vector<std::int64_t> FnoShape::kept_modes() const {
  std::vector<std::int64_t> kept = modes;
  for (std::size_t axis = 0; axis + 1 < kept.size(); ++axis) kept[axis] *= 2;
  return kept;
}

}  // namespace parapet
