#pragma once

#include <cstddef>

#include "learn/fno/spectral_plan.hpp"
#include "learn/kernels/buffer.hpp"
#include "learn/kernels/kernels.hpp"

namespace parapet {

/// The product Y(k) = X(k) R(k) over channels for each kept mode k, and the way back. Spectra are
/// as the plan lays them out, a mode's part [batch, channels]; the weights R = P + iQ are [modes,
/// in, out] for P, followed by the same for Q.
template <class Real>
class ModeMixing {
 public:
  /// `width`: channels in, and as many out.
  explicit ModeMixing(std::ptrdiff_t width);

  /// Writes Y.
  void forward(const SpectralPlan<Real>& plan, std::ptrdiff_t batch, const Real* weights,
               const Real* spectrum, Real* mixed);
  /// From X and ∂/∂Y: writes ∂/∂X and ∂/∂R.
  void backward(const SpectralPlan<Real>& plan, std::ptrdiff_t batch, const Real* weights,
                const Real* spectrum, const Real* mixed_slope, Real* spectrum_slope,
                Real* weight_slope);

 private:
  /// Where a mode's numbers stand: P among the weights, real and imaginary part among the spectra.
  struct Mode {
    std::ptrdiff_t weight, real, imaginary;
  };
  template <class Visit>
  void for_each_mode(const SpectralPlan<Real>& plan, std::ptrdiff_t batch, const Visit& visit);

  const kernels::Kernels<Real>& kernels_;
  std::ptrdiff_t width_;
  kernels::Buffer<Real> turned_;  ///< P and Q of one mode, transposed
};

}  // namespace parapet
