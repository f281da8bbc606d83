#include "grid/axis_lines.hpp"

#include <algorithm>
#include <utility>

namespace parapet {

namespace {

/// Modes of a + ib from those of real lines a and b; what should be real in them is taken as such.
void join_conjugates(const Complex* a, const Complex* b, std::size_t n, Complex* joined) {
  for (std::size_t k = 0; 2 * k <= n; ++k) {
    joined[k] = {a[k].real() - b[k].imag(), a[k].imag() + b[k].real()};
    if (k > 0) joined[n - k] = {a[k].real() + b[k].imag(), b[k].real() - a[k].imag()};
  }
  joined[0] = {a[0].real(), b[0].real()};
  if (n % 2 == 0) joined[n / 2] = {a[n / 2].real(), b[n / 2].real()};
}

void separate_conjugates(const Complex* joined, std::size_t n, Complex* a, Complex* b) {
  for (std::size_t k = 0; 2 * k <= n; ++k) {
    const Complex z = joined[k], w = joined[k == 0 ? 0 : n - k];
    a[k] = {0.5 * (z.real() + w.real()), 0.5 * (z.imag() - w.imag())};
    b[k] = {0.5 * (z.imag() + w.imag()), 0.5 * (w.real() - z.real())};
  }
}

}  // namespace

ComplexLine::ComplexLine(const LineAxis& axis, LinePlan forward, LinePlan backward)
    : length_(static_cast<std::size_t>(axis.points)),
      forward_(std::move(forward)),
      backward_(std::move(backward)) {
  if (!axis.is_periodic) twiddles_.emplace(axis.points);
}

void ComplexLine::to_points(Complex* modes, Complex* points) const {
  if (twiddles_) twiddles_->to_fourier(modes);
  backward_.run(modes, points);
}

void ComplexLine::to_modes(const Complex* points, Complex* modes) const {
  forward_.run(points, modes);
  if (twiddles_) twiddles_->to_cosines(modes);
}

void ComplexLine::reserve() {
  if (joined_.size() == 0) joined_ = AlignedArray<Complex>(length_);
}

void ComplexLine::pair_to_points(const Complex* a, const Complex* b, Complex* points) {
  reserve();
  join_conjugates(a, b, length_, joined_.data());
  to_points(joined_.data(), points);
}

void ComplexLine::pair_to_modes(const Complex* points, Complex* a, Complex* b) {
  reserve();
  to_modes(points, joined_.data());
  separate_conjugates(joined_.data(), length_, a, b);
}

RealLine::RealLine(const LineAxis& axis, LinePlan from_real, LinePlan to_real)
    : length_(static_cast<std::size_t>(axis.points)),
      from_real_(std::move(from_real)),
      to_real_(std::move(to_real)) {
  if (axis.is_periodic) return;
  twiddles_.emplace(axis.points);
  half_ = AlignedArray<Complex>(length_ / 2 + 1);
}

void RealLine::to_points(Complex* modes, double* points) {
  if (!twiddles_) return to_real_.run(modes, points);
  twiddles_->to_fourier(reinterpret_cast<const double*>(modes), half_.data());
  to_real_.run(half_.data(), points);
}

void RealLine::to_modes(const double* points, Complex* modes) {
  if (!twiddles_) return from_real_.run(points, modes);
  from_real_.run(points, half_.data());
  auto* const cosines = reinterpret_cast<double*>(modes);
  twiddles_->to_cosines(half_.data(), cosines);
  if (length_ % 2 == 1) cosines[length_] = 0.0;
}

void RealLine::copy_to_natural(const double* points, double* natural) const {
  if (!twiddles_) {
    std::copy_n(points, length_, natural);
    return;
  }
  const std::size_t half = (length_ + 1) / 2;
  for (std::size_t i = 0; i < half; ++i) natural[2 * i] = points[i];
  for (std::size_t i = 0; i < length_ / 2; ++i) natural[2 * i + 1] = points[length_ - 1 - i];
}

void RealLine::copy_from_natural(const double* natural, double* points) const {
  if (!twiddles_) {
    std::copy_n(natural, length_, points);
    return;
  }
  const std::size_t half = (length_ + 1) / 2;
  for (std::size_t i = 0; i < half; ++i) points[i] = natural[2 * i];
  for (std::size_t i = 0; i < length_ / 2; ++i) points[length_ - 1 - i] = natural[2 * i + 1];
}

}  // namespace parapet
