#pragma once

#include <cmath>
#include <concepts>

#include "base/number_block.hpp"
#include "base/vector_number.hpp"
#include "equations/process.hpp"

namespace parapet {

/// A number and its derivative along one direction, in operations that loops are made vector code
/// with: a Dual of one slope for kernels.
struct VectorDual {
  double value = 0.0, slope = 0.0;

  VectorDual() = default;
  PARAPET_INLINE VectorDual(double x) : value(x) {}
  PARAPET_INLINE VectorDual(double x, double along) : value(x), slope(along) {}

  PARAPET_INLINE friend VectorDual operator+(VectorDual a, VectorDual b) {
    return {a.value + b.value, a.slope + b.slope};
  }
  PARAPET_INLINE friend VectorDual operator-(VectorDual a, VectorDual b) {
    return {a.value - b.value, a.slope - b.slope};
  }
  PARAPET_INLINE friend VectorDual operator*(VectorDual a, VectorDual b) {
    return {a.value * b.value, a.slope * b.value + a.value * b.slope};
  }
  PARAPET_INLINE friend VectorDual operator/(VectorDual a, VectorDual b) {
    const double inverse = 1.0 / b.value, quotient = a.value * inverse;
    return {quotient, (a.slope - quotient * b.slope) * inverse};
  }
  PARAPET_INLINE friend VectorDual operator-(VectorDual a) { return {-a.value, -a.slope}; }
  PARAPET_INLINE friend VectorDual operator+(VectorDual a, double b) {
    return {a.value + b, a.slope};
  }
  PARAPET_INLINE friend VectorDual operator+(double a, VectorDual b) { return b + a; }
  PARAPET_INLINE friend VectorDual operator-(VectorDual a, double b) {
    return {a.value - b, a.slope};
  }
  PARAPET_INLINE friend VectorDual operator-(double a, VectorDual b) {
    return {a - b.value, -b.slope};
  }
  PARAPET_INLINE friend VectorDual operator*(VectorDual a, double b) {
    return {a.value * b, a.slope * b};
  }
  PARAPET_INLINE friend VectorDual operator*(double a, VectorDual b) { return b * a; }
  PARAPET_INLINE friend VectorDual operator/(VectorDual a, double b) { return a * (1.0 / b); }
  PARAPET_INLINE friend VectorDual operator/(double a, VectorDual b) { return VectorDual(a) / b; }
  PARAPET_INLINE friend bool operator==(VectorDual a, VectorDual b) { return a.value == b.value; }

  PARAPET_INLINE friend VectorDual exp(VectorDual a) {
    const double power = elementary::exp(a.value);
    return {power, power * a.slope};
  }
  PARAPET_INLINE friend VectorDual log(VectorDual a) {
    return {elementary::log(a.value), a.slope / a.value};
  }
  PARAPET_INLINE friend VectorDual sqrt(VectorDual a) {
    const double root = std::sqrt(a.value);
    return {root, 0.5 * a.slope / root};
  }
};

/// W'(r)/r as a function of r²: what the separation of a pair is multiplied with to make ∇W.
template <class L>
concept RadialLaw = requires(const L law, double square) {
  { law.slope_over_distance(square) } -> std::same_as<double>;
};

/// That of an equation's `interaction`, which depends on |r| alone: its `radial_slope` where it
/// states one, else by differentiation. With a `softening` ε, W is taken at √(r² + ε²). Where the
/// length is 0 the slope is.
template <HasInteraction E, int dimensions>
struct InteractionLaw {
  E equation;
  double softening = 0.0;  ///< ε, a length, at least 0

  PARAPET_INLINE double slope_over_distance(double square) const {
    const double length_square = square + softening * softening;
    if constexpr (HasRadialSlope<E>) {
      const double slope = equation.radial_slope(VectorNumber(length_square), dimensions).value;
      return length_square > 0.0 ? slope : 0.0;
    } else {
      return differentiated(length_square);
    }
  }

  /// The same of many at once, the same bits. Not where W has a range, to which a formula compares.
  PARAPET_INLINE NumberBlock slope_over_distance(const NumberBlock& square) const
      requires(HasRadialSlope<E> && !HasInteractionRange<E>) {
    const NumberBlock length_square = square + softening * softening;
    const NumberBlock slope = equation.radial_slope(length_square, dimensions);
    return NumberBlock::made_by([&](std::size_t i) __attribute__((always_inline)) {
      return length_square.value[i] > 0.0 ? slope.value[i] : 0.0;
    });
  }

  /// By differentiation along the separation: d/ds W(s r) at s = 1 is r W'(r).
  PARAPET_INLINE double differentiated(double length_square) const {
    const double length = std::sqrt(length_square);
    VectorDual r[dimensions];
    r[0] = VectorDual(length, length);
    const double slope = equation.interaction(r, dimensions).slope / length_square;
    return length_square > 0.0 ? slope : 0.0;
  }
};

}  // namespace parapet
