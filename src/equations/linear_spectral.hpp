#pragma once

#include <cmath>
#include <complex>

#include "equations/forms.hpp"

namespace parapet {

/// Linear equations with constant coefficients: each Fourier mode goes its own way, known in closed
/// form for any time. An equation states
///   components            the names of its fields
///   rate(k, u, r)         ∂û/∂t of one mode of all fields
///   propagate(k, t, u)    the solution: takes a mode of all fields, in place, over a time t
///   energy(k, u)          of a mode, quadratic; over a time t it becomes e^{−2 damping t} of
///   itself damping(k)            ≥ 0; 0 where nothing is lost conserves_mean        whether the
///   mean of every field stays as it is
/// and may state
///   settle(k, u)          what holds between the fields at every time: sets those not given
///   keeps_mirror_images   true where symbols are functions of |k|² alone, see KeepsMirrorImages
template <class E>
concept LinearSpectral = requires(const E e, const Wavevector& k, const std::complex<double>* u,
                                  std::complex<double>* out) {
  { E::components.size() } -> std::convertible_to<std::size_t>;
  { E::conserves_mean } -> std::convertible_to<bool>;
  e.rate(k, u, out);
  e.propagate(k, 1.0, out);
  { e.energy(k, u) } -> std::convertible_to<double>;
  { e.damping(k) } -> std::convertible_to<double>;
};

/// Turns (x, y) by an angle against the clock: x cos − y sin, x sin + y cos.
template <class C>
void turn(double angle, C& x, C& y) {
  const double c = std::cos(angle), s = std::sin(angle);
  const C x0 = x;
  x = c * x0 - s * y;
  y = s * x0 + c * y;
}

}  // namespace parapet
