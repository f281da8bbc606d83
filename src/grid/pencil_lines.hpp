#pragma once

#include <optional>

#include "grid/axis_lines.hpp"
#include "grid/long_line.hpp"
#include "grid/pencil_axes.hpp"
#include "grid/transposition.hpp"

namespace parapet {

/// The last step to modes and the first to points of a PencilTransform: rows of kept modes along
/// its first axis, normalised. Where that axis separates pairs of real lines, two rows that lie one
/// behind the other belong to one complex line; between walls their modes are real.
class ModeRows {
 public:
  ModeRows(const PencilAxes& axes, LinePlan forward, LinePlan backward);

  /// The row that begins at `modes` and, with `has_second`, the one behind it. An `unpaired` entry
  /// of the row is doubled, see PencilAxes.
  void to_points(const Complex* modes, bool has_second, std::optional<std::int64_t> unpaired,
                 Complex* line);
  void to_modes(const Complex* line, bool has_second, Complex* modes);

  std::size_t bytes() const { return line_.bytes() + second_.bytes() + transform_.bytes(); }

 private:
  void unpack(const Complex* modes, Complex* line) const;
  void join_real(const Complex* modes, bool has_second);
  void separate_real(bool has_second, Complex* modes) const;

  KeptModes kept_;
  bool is_paired_, is_real_;
  double scale_;
  ComplexLine transform_;
  AlignedArray<Complex> line_, second_;
};

/// Lines along the middle axis, between the columns of the outer transposition and the rows of the
/// inner one. Where that axis separates pairs of real lines, a pair's modes are two layers of the
/// column.
class MiddleLines {
 public:
  MiddleLines(const PencilAxes& axes, LinePlan forward, LinePlan backward);

  /// `has_second`: whether there is a second of a pair, in the layer behind.
  void to_points(const Transposition& outer, std::size_t column, std::size_t layer, bool has_second,
                 Complex* line);
  void to_modes(const Complex* line, Transposition& outer, std::size_t column, std::size_t layer,
                bool has_second);

  std::size_t bytes() const { return line_.bytes() + second_.bytes() + transform_.bytes(); }

 private:
  KeptModes kept_;
  bool is_paired_;
  ComplexLine transform_;
  AlignedArray<Complex> line_, second_;
};

/// Real lines along the last axis, from and to the columns of a transposition.
class LastLines {
 public:
  LastLines(const PencilAxes& axes, LinePlan from_real, LinePlan to_real);

  void to_points(const Transposition& source, std::size_t column, std::size_t layer, double* line);
  void to_modes(const double* line, Transposition& target, std::size_t column, std::size_t layer);
  const RealLine& transform() const { return transform_; }

  std::size_t bytes() const;

 private:
  KeptModes kept_;
  bool is_paired_;
  RealLine transform_;
  std::optional<Twiddles> twiddles_;  ///< of a long line
  AlignedArray<Complex> line_;
};

}  // namespace parapet
