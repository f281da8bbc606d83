#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "grid/grid.hpp"
#include "grid/kept_modes.hpp"
#include "grid/process_grid.hpp"
#include "grid/spectral_transform.hpp"

namespace parapet {

/// The axes of a PencilTransform by their part in it, and which mode stands where in its result.
/// In two dimensions the middle axis is absent; of a long line N = N1·N2 the first axis is n2, the
/// last n1.
struct PencilAxes {
  /// A grid of one dimension must have balanced factors.
  PencilAxes(const Grid& grid, Dealiasing rule);

  ProcessGrid divided_among(int ranks) const;
  std::array<std::int64_t, 3> mode_shape() const;
  /// The mode at an index into mode_shape(); its global index is left 0.
  Mode mode_at(const std::array<std::int64_t, 3>& place) const;
  /// The kept entry of the row k1 = `row` of a long line that is there without its conjugate.
  std::optional<std::int64_t> unpaired_entry(std::int64_t row) const;
  std::string description(const ProcessGrid& ranks) const;

  KeptModes first, middle, last;
  bool has_middle = false;
  std::optional<Factors> factors;  ///< of a long line
};

}  // namespace parapet
