#pragma once

namespace parapet {

/// From the averages a … e of a function over five neighbouring cells its value at the upper end of
/// the middle one: of fifth order where it is smooth, from the smooth side of a jump (Jiang & Shu
/// 1996), with the weights WENO-Z of power 2 (Borges et al. 2008, eqs. 25–28), all over a common
/// denominator. For the lower end give the cells in reverse. Differences of the averages must stay
/// below 1e24, or the result is NaN.
inline double weno5_z(double a, double b, double c, double d, double e) {
  constexpr double tiny = 1e-40;
  const auto square = [](double v) { return v * v; };
  const double left = 13.0 / 12.0 * square(a - 2.0 * b + c) + 0.25 * square(a - 4.0 * b + 3.0 * c);
  const double middle = 13.0 / 12.0 * square(b - 2.0 * c + d) + 0.25 * square(b - d);
  const double right = 13.0 / 12.0 * square(c - 2.0 * d + e) + 0.25 * square(3.0 * c - 4.0 * d + e);
  const double of_tau = square(left - right);
  const double l = square(left + tiny), m = square(middle + tiny), r = square(right + tiny);
  const double of_left = (l + of_tau) * (m * r);
  const double of_middle = 6.0 * (m + of_tau) * (l * r);
  const double of_right = 3.0 * (r + of_tau) * (l * m);
  const double sum = of_left * (2.0 * a - 7.0 * b + 11.0 * c) +
                     of_middle * (-b + 5.0 * c + 2.0 * d) + of_right * (2.0 * c + 5.0 * d - e);
  return sum / (6.0 * (of_left + of_middle + of_right));
}

}  // namespace parapet
