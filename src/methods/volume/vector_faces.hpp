#pragma once

#include "methods/volume/sweep.hpp"
#include "methods/volume/weno5.hpp"

namespace parapet {

/// What one stage of ∂u_c/∂t + Σ_a u_a ∂_a u_c = ν ∇²u_c works on; one component an axis. Arrays
/// are given by the place of the block's first cell.
struct VectorStage {
  std::array<const double*, 3> u;      ///< whose rate is taken, ghosts filled
  std::array<const double*, 3> start;  ///< the step's beginning
  std::array<double*, 3> out;          ///< none of those, or `start`
  double viscosity;
  double inverse_square;  ///< 1 / scale², see stencil_weights
  bool is_godunov;
  StageWeights weights;
};

/// Path-conservative differences (Parés 2006; Castro, Gallardo & Parés 2006) of several cells of a
/// row at once, in `dimensions` components. Along an axis a with w = u_a the rate of a component is
///   −[m (u_upper − u_lower) + D⁺(face below) + D⁻(face above)] / h,   D^± = ½(a ± α)(u⁺ − u⁻),
/// u_upper and u_lower the reconstructions at the cell's own faces, a the mean of w on both sides
/// of a face, α a speed of dissipation. In the cell m is w where it is smooth, which makes the sum
/// of fifth order, and the mean of w_upper and w_lower where it jumps, which makes it the integral
/// along a straight path and, of w itself, conservative.
template <class V, int dimensions>
struct VectorFaces {
  const VectorStage& stage;
  const SweepAxes& axes;

  /// What cells say of their faces along an axis, and the integral in the cell.
  struct Sides {
    V upper[dimensions], lower[dimensions], inside[dimensions];
  };
  /// What the faces above cells do to these and to those above them.
  struct Fluctuations {
    V below[dimensions], above[dimensions];
  };

  /// The component along the n-th axis of the sweep.
  static constexpr int normal(int n) { return n - (3 - dimensions); }

  /// τ⁴/(τ⁴ + β⁴) with the least smoothness indicator β: O(h⁴) or less where w is smooth.
  PARAPET_INLINE static V share_of_path(V roughness) {
    const V square = roughness * roughness, fourth = square * square;
    return fourth / (1.0 + fourth);
  }

  template <int n>
  PARAPET_INLINE Sides sides(std::ptrdiff_t place) const {
    const std::ptrdiff_t s = axes.all[n].stride;
    Sides made;
    V roughness{}, middle{};
    for (int c = 0; c < dimensions; ++c) {
      const double* const u = stage.u[static_cast<std::size_t>(c)] + place;
      const auto five = differences(load<V>(u - 2 * s), load<V>(u - s), load<V>(u), load<V>(u + s),
                                    load<V>(u + 2 * s));
      const auto weights = stencil_weights(five, stage.inverse_square);
      made.upper[c] = upper_value(five, weights);
      made.lower[c] = lower_value(five, weights);
      if (c == normal(n)) roughness = weights.roughness, middle = five.c;
    }
    const V mean = 0.5 * (made.upper[normal(n)] + made.lower[normal(n)]);
    const V speed = middle + share_of_path(roughness) * (mean - middle);
    for (int c = 0; c < dimensions; ++c) made.inside[c] = speed * (made.upper[c] - made.lower[c]);
    return made;
  }

  /// Of the faces above cells, from the values below and above them.
  template <int n>
  PARAPET_INLINE Fluctuations at_face(std::ptrdiff_t place, const V* below, const V* above) const {
    const std::ptrdiff_t s = axes.all[n].stride;
    const double* const w = stage.u[static_cast<std::size_t>(normal(n))] + place;
    const V a = load<V>(w - s), b = load<V>(w), c = load<V>(w + s), d = load<V>(w + 2 * s);
    const V highest = larger(larger(a, b), larger(c, d));
    const V lowest = smaller(smaller(a, b), smaller(c, d));
    const V mean = 0.5 * (below[normal(n)] + above[normal(n)]);
    V fastest = larger(highest, -lowest);
    if (stage.is_godunov) fastest = godunov_speed(absolute(mean), highest, lowest, fastest);
    const V to_below = 0.5 * (mean - fastest), to_above = 0.5 * (mean + fastest);
    Fluctuations made;
    for (int i = 0; i < dimensions; ++i) {
      const V jump = above[i] - below[i];
      made.below[i] = to_below * jump;
      made.above[i] = to_above * jump;
    }
    return made;
  }

  /// ν ∂²u of a component to sixth order, times h.
  template <int n>
  PARAPET_INLINE V viscous(std::ptrdiff_t place, int component) const {
    const std::ptrdiff_t s = axes.all[n].stride;
    const double* const u = stage.u[static_cast<std::size_t>(component)] + place;
    const V near = load<V>(u + s) + load<V>(u - s), next = load<V>(u + 2 * s) + load<V>(u - 2 * s),
            far = load<V>(u + 3 * s) + load<V>(u - 3 * s);
    return (stage.viscosity * axes.all[n].inverse_spacing) *
           (1.5 * near - 0.15 * next + (1.0 / 90.0) * far - (49.0 / 18.0) * load<V>(u));
  }
};

}  // namespace parapet
