#pragma once

#include <cstdint>
#include <vector>

#include "learn/fno_settings.hpp"

namespace parapet {

/// Everything that fixes the architecture of a Fourier neural operator.
struct FnoShape {
  std::int64_t input_channels = 1;
  std::int64_t output_channels = 1;
  std::vector<std::int64_t> modes = {16};  ///< per axis, 1 to 3 of them: the number of dimensions
  std::int64_t width = 64;
  std::int64_t layers = 4;
  std::int64_t projection = 128;
  bool has_coordinates = true;

  /// From the `[model]` table; a single entry of `modes` stands for every axis.
  /// Throws bad_input when the entries of `modes` are neither one nor `dimensions`.
  static FnoShape from(const FnoSettings& settings, std::int64_t dimensions,
                       std::int64_t input_channels, std::int64_t output_channels);

  std::int64_t dimensions() const { return static_cast<std::int64_t>(modes.size()); }
  /// Kept modes per axis: 2m (m of each sign) on all axes but the last, m on the last.
  std::vector<std::int64_t> kept_modes() const;
  /// Input channels and, where asked for, one coordinate per axis.
  std::int64_t lifted_channels() const {
    return input_channels + (has_coordinates ? dimensions() : 0);
  }
};

}  // namespace parapet
