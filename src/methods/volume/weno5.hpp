#pragma once

#include "methods/volume/vectors.hpp"

namespace parapet {

/// WENO5-Z on point values (Borges, Carmona, Costa & Don 2008, with their exponent q = 2, which
/// keeps fifth order at extrema): from the values of five cells, those at the faces of the middle
/// one of a function whose averages over the cells they are. Differences of such face values are
/// derivatives at the cells' centres (Shu & Osher 1988).
///
/// Of five values a, b, c, d, e about the cell of c.
template <class V>
struct Differences {
  V c, before, after, bend_before, bend_after;
};

template <class V>
PARAPET_INLINE Differences<V> differences(V a, V b, V c, V d, V e) {
  const V before = c - b, after = c - d;
  return {c, before, after, (a - b) + before, (e - d) + after};
}

/// The weights of the three parabolas through a, b, c, through b, c, d and through c, d, e, over 6,
/// for the upper face of the middle cell and for the lower.
template <class V>
struct StencilWeights {
  V upper[3], lower[3];
  /// τ over the smallest smoothness indicator: O(h³) where the field is smooth, O(h) at its
  /// extrema, large where it jumps.
  V roughness;
};

/// The ε of the smoothness indicators, which are those of values over their scale: differences
/// below 1e-12 of it count as smooth. It is small enough to matter nowhere else, and large enough
/// for the product of twelve indicators, by which one division serves all weights.
inline constexpr double smallest_indicator = 1e-24;

/// `inverse_square` is 1 / scale² of the values.
template <class V>
PARAPET_INLINE StencilWeights<V> stencil_weights(const Differences<V>& s, double inverse_square) {
  const V slope_0 = 0.5 * s.bend_before + s.before, slope_2 = 0.5 * s.bend_after + s.after;
  const V bend_1 = s.before + s.after, slope_1 = s.after - s.before;
  constexpr double k = 13.0 / 12.0;
  const V b0 = inverse_square * (k * (s.bend_before * s.bend_before) + slope_0 * slope_0) +
               smallest_indicator;
  const V b1 =
      inverse_square * (k * (bend_1 * bend_1) + 0.25 * (slope_1 * slope_1)) + smallest_indicator;
  const V b2 =
      inverse_square * (k * (s.bend_after * s.bend_after) + slope_2 * slope_2) + smallest_indicator;
  const V tau = absolute(b0 - b2);
  // Proportional to 1 + (τ/b_k)², multiplied by (b0 b1 b2)².
  const V b01 = b0 * b1, b02 = b0 * b2, b12 = b1 * b2, all = b01 * b2, square = all * all;
  const V t0 = tau * b12, t1 = tau * b02, t2 = tau * b01;
  const V a0 = square + t0 * t0, a1 = 6.0 * (square + t1 * t1), a2 = square + t2 * t2;
  const V upper = a0 + a1 + 3.0 * a2, lower = 3.0 * a0 + a1 + a2;
  const V both = (1.0 / 6.0) / (upper * lower);
  const V of_upper = both * lower, of_lower = both * upper;
  return {{a0 * of_upper, a1 * of_upper, 3.0 * a2 * of_upper},
          {3.0 * a0 * of_lower, a1 * of_lower, a2 * of_lower},
          tau / smaller(b0, smaller(b1, b2))};
}

/// The value at the upper face of the middle cell, from stencils that reach further below it.
template <class V>
PARAPET_INLINE V upper_value(const Differences<V>& s, const StencilWeights<V>& w) {
  return s.c +
         (w.upper[0] * (2.0 * s.bend_before + 3.0 * s.before) +
          w.upper[1] * (s.before - 2.0 * s.after) - w.upper[2] * (s.bend_after + 3.0 * s.after));
}
/// The value at its lower face.
template <class V>
PARAPET_INLINE V lower_value(const Differences<V>& s, const StencilWeights<V>& w) {
  return s.c +
         (w.lower[2] * (2.0 * s.bend_after + 3.0 * s.after) +
          w.lower[1] * (s.after - 2.0 * s.before) - w.lower[0] * (s.bend_before + 3.0 * s.before));
}

}  // namespace parapet
