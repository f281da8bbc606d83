#pragma once

#include <cstdint>
#include <optional>

#include "grid/aligned_array.hpp"
#include "grid/cosine_twiddles.hpp"
#include "grid/line_plan.hpp"

namespace parapet {

/// One axis of a grid as a transform sees it.
struct LineAxis {
  std::int64_t points = 1;
  bool is_periodic = true;
};

/// Transforms of complex lines along an axis: Fourier, or cosine between walls, where the points of
/// a line are in folded order (see CosineTwiddles). To modes and back multiplies a line by its
/// number of points. Arrays hold whole lines, on 16-byte boundaries, and do not overlap.
class ComplexLine {
 public:
  ComplexLine() = default;
  ComplexLine(const LineAxis& axis, LinePlan forward, LinePlan backward);

  /// Spoils `modes`.
  void to_points(Complex* modes, Complex* points) const;
  void to_modes(const Complex* points, Complex* modes) const;

  /// Two real lines a and b along a periodic axis at once, as the complex line a + ib of points;
  /// their modes are apart, n/2 + 1 each.
  void pair_to_points(const Complex* a, const Complex* b, Complex* points);
  void pair_to_modes(const Complex* points, Complex* a, Complex* b);

  std::size_t bytes() const { return joined_.bytes() + (twiddles_ ? twiddles_->bytes() : 0); }

 private:
  void reserve();
  std::size_t length_ = 0;
  LinePlan forward_, backward_;
  std::optional<CosineTwiddles> twiddles_;  ///< between walls
  AlignedArray<Complex> joined_;
};

/// The same of real lines. Between walls the modes of a line are real and lie together, two in the
/// room of a complex one.
class RealLine {
 public:
  RealLine() = default;
  RealLine(const LineAxis& axis, LinePlan from_real, LinePlan to_real);

  /// Spoils `modes`.
  void to_points(Complex* modes, double* points);
  void to_modes(const double* points, Complex* modes);

  /// From points in the order of their transform to the natural one, and back.
  void copy_to_natural(const double* points, double* natural) const;
  void copy_from_natural(const double* natural, double* points) const;

  std::size_t bytes() const { return half_.bytes() + (twiddles_ ? twiddles_->bytes() : 0); }

 private:
  std::size_t length_ = 0;
  LinePlan from_real_, to_real_;
  std::optional<CosineTwiddles> twiddles_;
  AlignedArray<Complex> half_;
};

}  // namespace parapet
