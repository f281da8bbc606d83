#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "grid/spectral_transform.hpp"

namespace parapet {

/// Where point i of n comes in a *folded* line: points 0, 2, 4, … in order from the beginning, 1,
/// 3, 5, … in order from the end. Its Fourier transform holds the line's cosine transform.
constexpr std::int64_t folded_place(std::int64_t i, std::int64_t n) {
  return i % 2 == 0 ? i / 2 : n - 1 - i / 2;
}

/// What stands between a discrete cosine transform of n points and a Fourier transform V_k of as
/// many, those of the folded line (Makhoul 1980, IEEE Trans. ASSP 28, eqs. 5-16). With θ_k = πk/2n
///   n û_k = Σ_j u_j cos(πk(j + 1/2)/n) = (e^{−iθ_k} V_k + e^{iθ_k} V_{n−k})/2,
/// and the line û_0 + 2 Σ_{k>0} û_k cos(πk(j + 1/2)/n) is the unnormalised inverse transform of
/// e^{iθ_k} (û_k − i û_{n−k}), û_n = 0. All of it is linear over complex numbers: a complex line is
/// two real ones at once.
class CosineTwiddles {
 public:
  explicit CosineTwiddles(std::int64_t points);

  /// Complex lines, in place: from V to n û, from û to the inverse transform's input.
  void to_cosines(Complex* line) const;
  void to_fourier(Complex* line) const;

  /// Real lines: from the n/2 + 1 entries that a real line's transform has to its n cosines, and
  /// from these to the entries. The arrays may not overlap.
  void to_cosines(const Complex* half, double* cosines) const;
  void to_fourier(const double* cosines, Complex* half) const;

  std::size_t bytes() const { return 4 * cos_.size() * sizeof(double); }

 private:
  std::size_t points_;
  std::vector<double> cos_, sin_;            ///< of θ_k, k = 0 … n/2
  std::vector<double> half_cos_, half_sin_;  ///< half as much
};

}  // namespace parapet
