#include "learn/fno/mode_mixing.hpp"

namespace parapet {

using kernels::Start;

template <class Real>
ModeMixing<Real>::ModeMixing(std::ptrdiff_t width)
    : kernels_(kernels::kernels<Real>()), width_(width) {
  turned_.resize(2 * width_ * width_);
}

template <class Real>
template <class Visit>
void ModeMixing<Real>::for_each_mode(const SpectralPlan<Real>& plan, std::ptrdiff_t batch,
                                     const Visit& visit) {
  const std::ptrdiff_t m = plan.line_modes(), size = batch * width_;
  for (std::ptrdiff_t o = 0; o < plan.outer_modes(); ++o) {
    for (std::ptrdiff_t k = 0; k < m; ++k) {
      const std::ptrdiff_t real = (2 * o * m + k) * size;
      visit(Mode{(o * m + k) * width_ * width_, real, real + m * size});
    }
  }
}

// Y_r = X_r P − X_i Q, Y_i = X_r Q + X_i P.
template <class Real>
void ModeMixing<Real>::forward(const SpectralPlan<Real>& plan, std::ptrdiff_t batch,
                               const Real* weights, const Real* spectrum, Real* mixed) {
  const auto multiply = [&](const Real* x, const Real* r, Real* y, Start start, Real sign) {
    kernels_.multiply(
        {batch, width_, width_, x, width_, 1, r, width_, y, width_, start, nullptr, sign});
  };
  for_each_mode(plan, batch, [&](const Mode& mode) {
    const Real *p = weights + mode.weight, *q = p + plan.modes() * width_ * width_;
    const Real *x_r = spectrum + mode.real, *x_i = spectrum + mode.imaginary;
    Real *y_r = mixed + mode.real, *y_i = mixed + mode.imaginary;
    multiply(x_r, p, y_r, Start::zero, 1);
    multiply(x_i, q, y_r, Start::accumulate, -1);
    multiply(x_r, q, y_i, Start::zero, 1);
    multiply(x_i, p, y_i, Start::accumulate, 1);
  });
}

template <class Real>
void ModeMixing<Real>::backward(const SpectralPlan<Real>& plan, std::ptrdiff_t batch,
                                const Real* weights, const Real* spectrum, const Real* mixed_slope,
                                Real* spectrum_slope, Real* weight_slope) {
  const std::ptrdiff_t other = plan.modes() * width_ * width_;
  Real *p = turned_.data(), *q = p + width_ * width_;
  const auto back = [&](const Real* y, const Real* turned, Real* x, Start start, Real sign) {
    kernels_.multiply(
        {batch, width_, width_, y, width_, 1, turned, width_, x, width_, start, nullptr, sign});
  };
  const auto correlate = [&](const Real* x, const Real* y, Real* r, Start start, Real sign) {
    kernels_.multiply(
        {width_, width_, batch, x, 1, width_, y, width_, r, width_, start, nullptr, sign});
  };
  for_each_mode(plan, batch, [&](const Mode& mode) {
    const Real *x_r = spectrum + mode.real, *x_i = spectrum + mode.imaginary;
    const Real *y_r = mixed_slope + mode.real, *y_i = mixed_slope + mode.imaginary;
    Real *x_r_slope = spectrum_slope + mode.real, *x_i_slope = spectrum_slope + mode.imaginary;
    Real *p_slope = weight_slope + mode.weight, *q_slope = p_slope + other;
    kernels_.transpose(width_, width_, weights + mode.weight, p);
    kernels_.transpose(width_, width_, weights + mode.weight + other, q);
    back(y_r, p, x_r_slope, Start::zero, 1);
    back(y_i, q, x_r_slope, Start::accumulate, 1);
    back(y_i, p, x_i_slope, Start::zero, 1);
    back(y_r, q, x_i_slope, Start::accumulate, -1);
    correlate(x_r, y_r, p_slope, Start::zero, 1);
    correlate(x_i, y_i, p_slope, Start::accumulate, 1);
    correlate(x_r, y_i, q_slope, Start::zero, 1);
    correlate(x_i, y_r, q_slope, Start::accumulate, -1);
  });
}

template class ModeMixing<float>;
template class ModeMixing<double>;

}  // namespace parapet
