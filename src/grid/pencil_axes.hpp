#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "grid/axis_lines.hpp"
#include "grid/grid.hpp"
#include "grid/kept_modes.hpp"
#include "grid/process_grid.hpp"
#include "grid/spectral_transform.hpp"

namespace parapet {

/// The axes of a PencilTransform by their part in it, and which mode stands where in its result.
/// In two dimensions the middle axis is absent; of a long line N = N1·N2 the first axis is n2, the
/// last n1.
///
/// A periodic last axis makes complex lines of the real ones. One between walls makes real lines,
/// which go on in pairs of neighbouring wavenumbers, as real and imaginary parts; the next periodic
/// axis, or in the end the first axis, separates the two.
struct PencilAxes {
  /// A grid of one dimension must have balanced factors.
  PencilAxes(const Grid& grid, Dealiasing rule);

  enum class Separation { none, middle, first };

  ProcessGrid divided_among(int ranks) const;
  std::array<std::int64_t, 3> mode_shape() const;
  /// The mode at an index into mode_shape(); its global index is left 0.
  Mode mode_at(const std::array<std::int64_t, 3>& place) const;
  /// The kept entry of the row k1 = `row` of a long line that is there without its conjugate.
  std::optional<std::int64_t> unpaired_entry(std::int64_t row) const;
  std::string description(const ProcessGrid& ranks) const;

  bool is_paired() const { return separation != Separation::none; }
  /// What is kept of a complex line of the last axis: wavenumbers, or pairs of them.
  KeptModes last_entries() const { return is_paired() ? in_pairs(last) : last; }
  /// How many wavenumbers of the last axis come before an entry.
  std::int64_t wavenumbers_before(std::int64_t entry) const {
    return is_paired() ? std::min(2 * entry, last.count()) : entry;
  }
  /// Whether an entry of the last axis holds a second wavenumber.
  bool has_second(std::int64_t entry) const { return 2 * entry + 1 < last.count(); }
  std::int64_t point_count() const { return first.points * middle.points * last.points; }

  KeptModes first, middle, last;  ///< by wavenumber
  LineAxis first_axis, middle_axis, last_axis;
  bool has_middle = false;
  Separation separation = Separation::none;
  std::optional<Factors> factors;  ///< of a long line
};

}  // namespace parapet
