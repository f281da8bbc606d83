#pragma once

#include <algorithm>
#include <complex>
#include <cstdint>
#include <optional>

#include "grid/spectral_transform.hpp"

namespace parapet {

/// Which entries of one line of a discrete transform are kept: the first `low` and the last `high`
/// of its `length` entries (those between are zero). A complex Fourier transform of n points has n
/// entries, that of a real line n/2 + 1, a cosine transform n.
struct KeptModes {
  std::int64_t points = 1;
  std::int64_t length = 1;
  std::int64_t low = 1;
  std::int64_t high = 0;
  std::int64_t period = 1;  ///< points after which the field repeats: 2n between walls, where it is
                            ///< its own mirror image

  std::int64_t count() const { return low + high; }
  /// Place in the whole line of the kept entry number `index`.
  std::int64_t position(std::int64_t index) const {
    return index < low ? index : length - count() + index;
  }
  /// Signed wavenumber of a kept entry, in (−period/2, period/2].
  std::int64_t wavenumber(std::int64_t index) const {
    const std::int64_t k = position(index);
    return 2 * k <= period ? k : k - period;
  }

  /// Copies kept entries [begin, end) from `packed` to their places in a whole line, and back.
  void unpack(const Complex* packed, std::int64_t begin, std::int64_t end, Complex* line) const {
    const std::int64_t middle = std::clamp(low, begin, end);
    std::copy_n(packed, middle - begin, line + begin);
    std::copy_n(packed + (middle - begin), end - middle, line + position(middle));
  }
  void pack(const Complex* line, std::int64_t begin, std::int64_t end, Complex* packed) const {
    const std::int64_t middle = std::clamp(low, begin, end);
    std::copy_n(line + begin, middle - begin, packed);
    std::copy_n(line + position(middle), end - middle, packed + (middle - begin));
  }
  /// Packs a whole line, multiplied by `scale`.
  void pack_scaled(const Complex* line, double scale, Complex* packed) const {
    const auto scale_into = [scale](const Complex* from, std::int64_t count, Complex* to) {
      const auto* const values = reinterpret_cast<const double*>(from);
      auto* const results = reinterpret_cast<double*>(to);
      for (std::int64_t i = 0; i < 2 * count; ++i) results[i] = values[i] * scale;
    };
    scale_into(line, low, packed);
    scale_into(line + length - high, high, packed + low);
  }
  void clear_gap(Complex* line) const {
    std::fill(line + low, line + length - high, Complex(0.0, 0.0));
  }
};

/// The kept modes along an axis whose lines are complex, or real (`is_real`).
KeptModes kept_modes(std::int64_t points, Dealiasing dealiasing, bool is_real);

/// The kept modes cos(πk(j + 1/2)/n) along an axis between walls: those that the rule keeps of the
/// even extension to 2n points, k < 2n/3 or k < n/2. Products of two or three are then as free of
/// aliasing as on a periodic axis.
KeptModes kept_cosines(std::int64_t points, Dealiasing dealiasing);

/// Real entries of a line two by two, as the real and imaginary parts of complex ones; an odd last
/// one goes with a zero.
KeptModes in_pairs(const KeptModes& real);

/// A long line of N = N1·N2 points transformed as an N1 × N2 array: point N2·n1 + n2, wavenumber
/// k1 + N1·k2 (mod N), k1 in 0..N1/2 as for a real line, every k2.
struct Factors {
  std::int64_t n1 = 1;
  std::int64_t n2 = 1;
};

/// Splits N into balanced factors, if it has such that leave a mode to keep under `dealiasing`.
std::optional<Factors> balanced_factors(std::int64_t points, Dealiasing dealiasing);

/// The k2 kept for every k1, chosen such that exactly the wavenumbers up to some limit are kept:
/// the largest such limit that obeys the rule (below it by less than N1/2).
KeptModes kept_second_modes(const Factors& factors, Dealiasing dealiasing);

}  // namespace parapet
