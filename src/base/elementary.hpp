#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "base/processors.hpp"

/// Elementary functions without branches, calls or tables: compilers make vector code of loops over
/// them. Every operation is IEEE's, in the order written, so that (with contraction off, as
/// everywhere here) the bits are the same on all processors, in vectors and one by one. Errors are
/// the largest seen in tests/base/elementary_test.cpp, in units in the last place of the result.
/// The polynomials interpolate at Chebyshev's nodes to 2⁻⁵⁵ or better.
namespace parapet::elementary {

struct SineCosine {
  double sine, cosine;
};

namespace detail {

inline constexpr double round_shift = 0x1.8p52;  ///< added, it rounds to whole numbers

PARAPET_INLINE std::uint64_t bits(double x) {
  return std::bit_cast<std::uint64_t>(x);
}
PARAPET_INLINE double from_bits(std::uint64_t x) {
  return std::bit_cast<double>(x);
}

/// Σ c_k x^k in the order of Estrin (1960): halves the chain of operations that wait for each
/// other.
template <std::size_t count>
PARAPET_INLINE double estrin(double x, const std::array<double, count>& c) {
  if constexpr (count == 1) {
    return c[0];
  } else {
    return [&]<std::size_t... k>(std::index_sequence<k...>) __attribute__((always_inline)) {
      constexpr std::size_t last = count - 1;
      return estrin(
          x * x,
          std::array<double, sizeof...(k)>{
              (2 * k == last ? c[2 * k] : c[2 * k] + x * c[2 * k < last ? 2 * k + 1 : last])...});
    }
    (std::make_index_sequence<(count + 1) / 2>());
  }
}

template <class... Coefficients>
PARAPET_INLINE double polynomial(double x, Coefficients... c) {
  return estrin(x, std::array<double, sizeof...(c)>{c...});
}

/// Of r in [−π/4, π/4], then turned by `quarters` of a turn, a whole number plus round_shift.
PARAPET_INLINE SineCosine sine_cosine_of(double r, double quarters) {
  const double z = r * r;
  const double s =
      r + r * z *
              polynomial(z, -0.16666666666666666, 0.008333333333330943, -0.0001984126983674977,
                         2.755731609798681e-06, -2.5051130893686634e-08, 1.5918060772941343e-10);
  const double c =
      1.0 - (0.5 * z - z * z *
                           polynomial(z, 0.041666666666666664, -0.0013888888888887393,
                                      2.480158729876018e-05, -2.755731726887362e-07,
                                      2.0876145673271642e-09, -1.1382589558794357e-11));
  const std::uint64_t q = bits(quarters), odd = 0 - (q & 1U);
  const std::uint64_t swapped = (bits(s) ^ bits(c)) & odd;
  const std::uint64_t sine_sign = (q & 2U) << 62U, cosine_sign = ((q + 1) & 2U) << 62U;
  return {from_bits(bits(s) ^ swapped ^ sine_sign), from_bits(bits(c) ^ swapped ^ cosine_sign)};
}

/// log(2^scale · x) of a normal x > 0: with x = 2^k (1 + f), √½ ≤ 1 + f < √2, s = f/(2 + f),
///   log(1 + f) = 2 artanh s = f − (f²/2 − s (f²/2 + s² P(s²)))
PARAPET_INLINE double log_of(double x, double scale) {
  constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcd, one = 0x3ff0000000000000;
  const std::uint64_t raised = bits(x) + (one - root_half);
  const double f = from_bits((raised & 0x000fffffffffffff) + root_half) - 1.0;
  const double k = from_bits((raised >> 52U) | 0x4330000000000000) - (0x1p52 + 1023.0 - scale);
  const double s = f / (2.0 + f), z = s * s, half_square = 0.5 * f * f;
  const double rest = z * polynomial(z, 0.666666666666667, 0.39999999999899505, 0.28571428625975487,
                                     0.2222221113479508, 0.18182889125261723, 0.15331721600556042,
                                     0.14616449685043406);
  constexpr double high = 0x1.62e42fefa38p-1, low = 0x1.ef35793c7673p-45;  // of log 2
  return k * high - ((half_square - (s * (half_square + rest) + k * low)) - f);
}

}  // namespace detail

/// log x of a normal number x > 0. Error 0.86.
PARAPET_INLINE double log_of_normal(double x) {
  return detail::log_of(x, 0.0);
}

/// log x of any double: −∞ of 0, NaN of negative numbers. Error 0.86.
PARAPET_INLINE double log(double x) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const bool is_small = x < std::numeric_limits<double>::min();
  const double enlarged = x * 0x1p54;
  const double value = detail::log_of(is_small ? enlarged : x, is_small ? -54.0 : 0.0);
  const double at_ends = x == 0.0 ? -infinity : std::numeric_limits<double>::quiet_NaN();
  const double above = x < infinity ? value : x;
  return x > 0.0 ? above : at_ends;
}

namespace detail {

/// e^x = 2^n · rest; the last bits of `bits` are n + a bias.
struct SplitExp {
  double n, rest;
  std::uint64_t bits;
};

/// Of |x| ≤ 750; beyond, something.
template <int bias>
PARAPET_INLINE SplitExp split_exp(double x) {
  constexpr double shift = round_shift + bias;
  const double turns = x * 0x1.71547652b82fep+0 + shift;  // x / log 2
  const double n = turns - shift;
  const double r = (x - n * 0x1.62e42fefa38p-1) - n * 0x1.ef35793c7673p-45;
  const double rest =
      1.0 +
      (r + r * r *
               polynomial(r, 0.5, 0.16666666666666669, 0.041666666666624164, 0.008333333333330065,
                          0.0013888888917196881, 0.0001984126986304067, 2.4801521322116825e-05,
                          2.7557268480116333e-06, 2.762007599981065e-07, 2.5100375924709717e-08));
  return {n, rest, bits(turns)};
}

}  // namespace detail

/// e^x of any double, subnormal results included. Error 1.10.
PARAPET_INLINE double exp(double x) {
  const double raised = x < -746.0 ? -746.0 : x;
  const auto [n, rest, bits] = detail::split_exp<2046>(raised > 710.0 ? 710.0 : raised);
  // 2^n in two factors: the first keeps the rest exact, the second rounds once where it is
  // subnormal.
  const double half = 0.5 * n + (detail::round_shift + 1023.0);
  const std::uint64_t first = detail::bits(half) << 52U;
  const std::uint64_t second = (bits - detail::bits(half)) << 52U;
  return rest * detail::from_bits(first) * detail::from_bits(second);
}

/// The same with less work where e^x is a normal number below 2^1023.5; from there on ∞, and 0
/// below 2^−1022.5. Error 1.13.
PARAPET_INLINE double exp_in_range(double x) {
  const auto [n, rest, bits] = detail::split_exp<1023>(x);
  const double value = rest * detail::from_bits(bits << 52U);
  const double raised = x < -709.0 ? 0.0 : value;
  return x > 709.4 ? std::numeric_limits<double>::infinity() : raised;
}

/// sin x and cos x for |x| ≤ 10⁵ by the reduction of Cody & Waite (1980): the first two parts of
/// π/2 have 37 bits, so that their multiples up to 2¹⁶ are exact. Error 1.50 there, and more
/// beyond. NaN of NaN and ∞.
PARAPET_INLINE SineCosine sine_cosine(double x) {
  const double quarters = x * 0x1.45f306dc9c883p-1 + detail::round_shift;  // x / (π/2)
  const double q = quarters - detail::round_shift;
  const double r =
      ((x - q * 0x1.921fb54440000p+0) - q * 0x1.68c234c4c0000p-39) - q * 0x1.98a2e03707345p-77;
  return detail::sine_cosine_of(r, quarters);
}

/// sin 2πu and cos 2πu for |u| ≤ 1: the reduction is exact. Error 1.81.
PARAPET_INLINE SineCosine sine_cosine_of_turn(double u) {
  const double quarters = 4.0 * u + detail::round_shift;
  const double rest = u - 0.25 * (quarters - detail::round_shift);
  return detail::sine_cosine_of(rest * 0x1.921fb54442d18p+2, quarters);
}

}  // namespace parapet::elementary
