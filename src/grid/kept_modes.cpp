#include "grid/kept_modes.hpp"

namespace parapet {

namespace {

/// The largest wavenumber kept: 3k < n or 4k < n, or everything the grid resolves.
std::int64_t largest_wavenumber(std::int64_t points, Dealiasing dealiasing) {
  switch (dealiasing) {
    case Dealiasing::two_thirds:
      return (points - 1) / 3;
    case Dealiasing::one_half:
      return (points - 1) / 4;
    case Dealiasing::none:
      break;
  }
  return points / 2;
}

}  // namespace

KeptModes kept_modes(std::int64_t points, Dealiasing dealiasing, bool is_real) {
  const std::int64_t largest = largest_wavenumber(points, dealiasing);
  if (is_real) return {points, points / 2 + 1, largest + 1, 0, points};
  if (dealiasing == Dealiasing::none) return {points, points, points, 0, points};
  return {points, points, largest + 1, largest, points};
}

// The wavenumber n of the even extension is zero at all points.
KeptModes kept_cosines(std::int64_t points, Dealiasing dealiasing) {
  const std::int64_t largest = std::min(points - 1, largest_wavenumber(2 * points, dealiasing));
  return {points, points, largest + 1, 0, 2 * points};
}

KeptModes in_pairs(const KeptModes& real) {
  return {real.points, (real.length + 1) / 2, (real.low + 1) / 2, 0, real.period};
}

std::optional<Factors> balanced_factors(std::int64_t points, Dealiasing dealiasing) {
  constexpr std::int64_t largest_ratio = 64;
  std::int64_t best = 1;
  for (std::int64_t n2 = 2; n2 * n2 <= points; ++n2) {
    if (points % n2 == 0) best = n2;
  }
  const Factors factors{points / best, best};
  const bool is_balanced = best >= 2 && factors.n1 <= largest_ratio * factors.n2;
  const bool keeps_first_row = factors.n1 / 2 <= largest_wavenumber(points, dealiasing);
  if (!is_balanced || !keeps_first_row) return std::nullopt;
  return factors;
}

// With k2 from −high to low − 1 the kept |k| are all those up to N1·(low − 1) + N1/2 (high = low −
// 1) or up to N1·high (high = low).
KeptModes kept_second_modes(const Factors& factors, Dealiasing dealiasing) {
  const auto [n1, n2] = factors;
  if (dealiasing == Dealiasing::none) return {n2, n2, n2, 0, n2};
  const std::int64_t largest = largest_wavenumber(n1 * n2, dealiasing);
  return {n2, n2, (largest - n1 / 2) / n1 + 1, largest / n1, n2};
}

}  // namespace parapet
