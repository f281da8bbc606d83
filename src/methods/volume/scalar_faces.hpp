#pragma once

#include "methods/volume/sweep.hpp"
#include "methods/volume/weno5.hpp"

namespace parapet {

/// What one stage of a scalar conservation law works on. Arrays are given by the place of the
/// block's first cell.
template <class Law>
struct ScalarStage {
  Law law;
  const double* u;                          ///< whose rate is taken, ghosts filled
  const double* start;                      ///< the step's beginning
  double* out;                              ///< neither of the two, or `start`
  std::array<const double*, 3> velocity{};  ///< along the sweep's axes, of laws that have one
  double viscosity;
  double inverse_square;  ///< 1 / scale², see stencil_weights
  bool is_godunov;
  StageWeights weights;
};

/// The fluxes through faces, of several cells of a row at once.
template <class V, class Law>
struct ScalarFaces {
  const ScalarStage<Law>& stage;
  const SweepAxes& axes;

  /// What cells say of their upper and lower faces along an axis of the sweep.
  struct Sides {
    V upper_flux, upper_field, lower_flux, lower_field;
  };

  template <int n>
  PARAPET_INLINE V velocity(std::ptrdiff_t place) const {
    if constexpr (Law::is_carried) return load<V>(stage.velocity[n] + place);
    return V{};
  }
  template <int n>
  PARAPET_INLINE V flux(std::ptrdiff_t place, V u) const {
    return stage.law.flux(axes.all[n].axis, u, velocity<n>(place));
  }
  template <int n>
  PARAPET_INLINE V speed(std::ptrdiff_t place) const {
    return stage.law.speed(axes.all[n].axis, load<V>(stage.u + place), velocity<n>(place));
  }

  /// What cells say of their faces along an axis.
  template <int n>
  PARAPET_INLINE Sides sides(std::ptrdiff_t place) const {
    const std::ptrdiff_t s = axes.all[n].stride;
    const double* const u = stage.u + place;
    const V a = load<V>(u - 2 * s), b = load<V>(u - s), c = load<V>(u), d = load<V>(u + s),
            e = load<V>(u + 2 * s);
    const auto field = differences(a, b, c, d, e);
    const auto weights = stencil_weights(field, stage.inverse_square);
    const auto flow =
        differences(flux<n>(place - 2 * s, a), flux<n>(place - s, b), flux<n>(place, c),
                    flux<n>(place + s, d), flux<n>(place + 2 * s, e));
    return {upper_value(flow, weights), upper_value(field, weights), lower_value(flow, weights),
            lower_value(field, weights)};
  }

  /// The flux through the faces above cells, from what the cells below and above say of it.
  template <int n>
  PARAPET_INLINE V flux_above(std::ptrdiff_t place, const Sides& below, const Sides& above) const {
    const std::ptrdiff_t s = axes.all[n].stride;
    const V a = speed<n>(place - s), b = speed<n>(place), c = speed<n>(place + s),
            d = speed<n>(place + 2 * s);
    const V highest = larger(larger(a, b), larger(c, d));
    const V lowest = smaller(smaller(a, b), smaller(c, d));
    V fastest = larger(highest, -lowest);
    if (stage.is_godunov) {
      fastest = godunov_speed(0.5 * absolute(b + c), highest, lowest, fastest);
    }
    V flux = 0.5 * (below.upper_flux + above.lower_flux) +
             (0.5 * fastest) * (below.upper_field - above.lower_field);
    if (stage.viscosity > 0.0) flux -= viscous_flux<n>(place);
    return flux;
  }

  template <int n>
  PARAPET_INLINE V flux_above(std::ptrdiff_t place) const {
    return flux_above<n>(place, sides<n>(place), sides<n>(place + axes.all[n].stride));
  }

  /// The first-order flux there of Lax and Friedrichs with local speeds, which is monotone. The
  /// field is taken as far as it is within bounds.
  template <int n>
  PARAPET_INLINE V monotone_flux_above(std::ptrdiff_t place, double lowest, double highest) const {
    const auto& along = axes.all[n];
    const V b = smaller(larger(load<V>(stage.u + place), V(lowest)), V(highest));
    const V c = smaller(larger(load<V>(stage.u + place + along.stride), V(lowest)), V(highest));
    const V v = velocity<n>(place), w = velocity<n>(place + along.stride);
    const V fastest = larger(absolute(stage.law.speed(along.axis, b, v)),
                             absolute(stage.law.speed(along.axis, c, w)));
    const V mean = stage.law.flux(along.axis, b, v) + stage.law.flux(along.axis, c, w);
    return 0.5 * (mean - fastest * (c - b)) - (stage.viscosity * along.inverse_spacing) * (c - b);
  }

  /// ν ∂u at faces, such that differences are ∂²u to sixth order.
  template <int n>
  PARAPET_INLINE V viscous_flux(std::ptrdiff_t place) const {
    const std::ptrdiff_t s = axes.all[n].stride;
    const double* const u = stage.u + place;
    const V near = load<V>(u + s) - load<V>(u), next = load<V>(u + 2 * s) - load<V>(u - s),
            far = load<V>(u + 3 * s) - load<V>(u - 2 * s);
    return (stage.viscosity * axes.all[n].inverse_spacing) *
           ((49.0 / 36.0) * near - (5.0 / 36.0) * next + (1.0 / 90.0) * far);
  }
};

}  // namespace parapet
