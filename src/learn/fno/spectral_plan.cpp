#include "learn/fno/spectral_plan.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace parapet {

namespace {

/// cos and sin of 2πj/n, exact where they are 0 or ±1.
struct Circle {
  explicit Circle(std::ptrdiff_t n) : cosine(n), sine(n) {
    for (std::ptrdiff_t j = 0; j < n; ++j) {
      const double angle = 2.0 * std::numbers::pi * static_cast<double>(j) / static_cast<double>(n);
      cosine[j] = 4 * j == n || 4 * j == 3 * n ? 0.0 : std::cos(angle);
      sine[j] = 2 * j == n ? 0.0 : std::sin(angle);
    }
  }
  std::vector<double> cosine, sine;
};

}  // namespace

template <class Real>
SpectralPlan<Real>::SpectralPlan(std::vector<std::ptrdiff_t> points,
                                 const std::vector<std::ptrdiff_t>& modes, std::ptrdiff_t channels)
    : kernels_(kernels::kernels<Real>()),
      points_(std::move(points)),
      channels_(channels),
      line_modes_(modes.back()) {
  const std::ptrdiff_t n = line_points();
  Real* analysis = analysis_.resize(2 * line_modes_ * n);
  Real* synthesis = synthesis_.resize(2 * line_modes_ * n);
  const Circle circle(n);
  const double scale = 1.0 / static_cast<double>(points_in_sample());
  for (std::ptrdiff_t k = 0; k < line_modes_; ++k) {
    const double weight = 2 * k > n ? 0.0 : 1.0;
    const double twice = k == 0 || 2 * k == n ? scale : 2.0 * scale;
    for (std::ptrdiff_t j = 0; j < n; ++j) {
      const double cosine = weight * circle.cosine[k * j % n];
      const double sine = weight * circle.sine[k * j % n];
      const std::ptrdiff_t real = k * n + j, imaginary = (line_modes_ + k) * n + j;
      analysis[real] = static_cast<Real>(cosine);
      analysis[imaginary] = static_cast<Real>(-sine);
      synthesis[real] = static_cast<Real>(twice * cosine);
      synthesis[imaginary] = static_cast<Real>(-twice * sine);
    }
  }
  for (std::size_t axis = 0; axis + 1 < points_.size(); ++axis) {
    axes_.push_back(make_axis(points_[axis], modes[axis]));
    outer_modes_ *= 2 * modes[axis];
  }
  const std::ptrdiff_t line = 2 * line_modes_ * channels_;
  if (points_.size() >= 2) {
    source_slab_.resize(lines() * line);
    target_slab_.resize(lines() * line);
  }
  if (points_.size() == 3) {
    source_sample_.resize(slabs() * axes_[1].modes * line);
    target_sample_.resize(slabs() * axes_[1].modes * line);
  }
}

template <class Real>
typename SpectralPlan<Real>::OuterAxis SpectralPlan<Real>::make_axis(std::ptrdiff_t points,
                                                                     std::ptrdiff_t modes) const {
  OuterAxis axis{points, 2 * modes, std::min(modes, points / 2), {}};
  Real* row = axis.trigonometry.resize((2 * axis.largest + 1) * points);
  const Circle circle(points);
  for (std::ptrdiff_t k = 0; k <= axis.largest; ++k)
    for (std::ptrdiff_t j = 0; j < points; ++j)
      *row++ = static_cast<Real>(circle.cosine[k * j % points]);
  for (std::ptrdiff_t k = 1; k <= axis.largest; ++k)
    for (std::ptrdiff_t j = 0; j < points; ++j)
      *row++ = static_cast<Real>(circle.sine[k * j % points]);
  return axis;
}

template <class Real>
void SpectralPlan<Real>::combine(Rows<const Real> x, Real sign, Rows<const Real> y,
                                 Rows<Real> out) const {
  for (std::ptrdiff_t k = 0; k < line_modes_; ++k) {
    Real* to = out.data + k * out.stride;
    const Real* first = x.data ? x.data + k * x.stride : nullptr;
    const Real* second = y.data ? y.data + k * y.stride : nullptr;
    if (first && second) {
      kernels_.combine(channels_, first, sign, second, to);
    } else if (first) {
      std::copy_n(first, channels_, to);
    } else if (second) {
      for (std::ptrdiff_t c = 0; c < channels_; ++c) to[c] = sign * second[c];
    } else {
      std::fill_n(to, channels_, Real(0));
    }
  }
}

// With C and S the cosine and sine sums of the complex lines A: Â(±k) = (C_r ± S_i) + i (C_i ∓
// S_r).
template <class Real>
void SpectralPlan<Real>::analyse(const OuterAxis& axis, const Real* in, Real* out,
                                 const Layout& layout) {
  const std::ptrdiff_t width = columns(layout), sums = 2 * axis.largest + 1;
  const std::ptrdiff_t half = line_modes_ * channels_;
  Real* rows = rows_.resize(sums * width);
  kernels_.multiply(
      {sums, width, axis.points, axis.trigonometry.data(), axis.points, 1, in, width, rows, width});
  for (std::ptrdiff_t r = 0; r < axis.modes; ++r) {
    const std::ptrdiff_t k = r < axis.modes / 2 ? r : r - axis.modes, magnitude = std::abs(k);
    const Real sign = k < 0 ? Real(-1) : Real(1);
    const bool is_resolved = axis.resolves(k);
    for (std::ptrdiff_t g = 0; g < layout.groups; ++g) {
      const Real* cosine = is_resolved ? rows + magnitude * width + 2 * g * half : nullptr;
      const Real* sine = is_resolved && k != 0
                             ? rows + (axis.largest + magnitude) * width + 2 * g * half
                             : nullptr;
      const auto at = [&](const Real* row, std::ptrdiff_t part) -> Rows<const Real> {
        return {row ? row + part * half : nullptr, channels_};
      };
      Real* to = out + (r * layout.groups + g) * 2 * line_modes_ * layout.step;
      combine(at(cosine, 0), sign, at(sine, 1), {to, layout.step});
      combine(at(cosine, 1), -sign, at(sine, 0), {to + line_modes_ * layout.step, layout.step});
    }
  }
}

// The conjugate transpose of the above: A = Σ_k≥0 (Â(k) + Â(−k)) cos + i (Â(k) − Â(−k)) sin.
template <class Real>
void SpectralPlan<Real>::synthesise(const OuterAxis& axis, const Real* in, Real* out,
                                    const Layout& layout) {
  const std::ptrdiff_t width = columns(layout), sums = 2 * axis.largest + 1;
  const std::ptrdiff_t half = line_modes_ * channels_;
  Real* rows = rows_.resize(sums * width);
  for (std::ptrdiff_t k = 0; k <= axis.largest; ++k) {
    for (std::ptrdiff_t g = 0; g < layout.groups; ++g) {
      const auto at = [&](std::ptrdiff_t wave, bool is_kept,
                          std::ptrdiff_t part) -> Rows<const Real> {
        const std::ptrdiff_t r = wave < 0 ? wave + axis.modes : wave;
        if (!is_kept || !axis.resolves(wave)) return {nullptr, 0};
        return {in + ((r * layout.groups + g) * 2 + part) * line_modes_ * layout.step, layout.step};
      };
      const auto plus = [&](std::ptrdiff_t part) { return at(k, k < axis.modes / 2, part); };
      const auto minus = [&](std::ptrdiff_t part) { return at(-k, k > 0, part); };
      Real* cosine = rows + k * width + 2 * g * half;
      combine(plus(0), 1, minus(0), {cosine, channels_});
      combine(plus(1), 1, minus(1), {cosine + half, channels_});
      if (k == 0) continue;
      Real* sine = rows + (axis.largest + k) * width + 2 * g * half;
      combine(minus(1), -1, plus(1), {sine, channels_});
      combine(plus(0), -1, minus(0), {sine + half, channels_});
    }
  }
  kernels_.multiply({axis.points, width, sums, axis.trigonometry.data(), 1, axis.points, rows,
                     width, out, width});
}

template <class Real>
void SpectralPlan<Real>::open_sample(const Real* spectrum, std::ptrdiff_t batch,
                                     std::ptrdiff_t sample) {
  if (points_.size() < 3) return;
  synthesise(axes_[0], spectrum + sample * channels_, source_sample_.data(),
             {axes_[1].modes, batch * channels_});
}

template <class Real>
void SpectralPlan<Real>::open_slab(const Real* spectrum, std::ptrdiff_t batch,
                                   std::ptrdiff_t sample, std::ptrdiff_t slab) {
  if (points_.size() == 2)
    synthesise(axes_[0], spectrum + sample * channels_, source_slab_.data(),
               {1, batch * channels_});
  if (points_.size() == 3)
    synthesise(axes_[1],
               source_sample_.data() + slab * axes_[1].modes * 2 * line_modes_ * channels_,
               source_slab_.data(), {1, channels_});
}

template <class Real>
Rows<const Real> SpectralPlan<Real>::source(const Real* spectrum, std::ptrdiff_t batch,
                                            std::ptrdiff_t sample, std::ptrdiff_t line) const {
  if (points_.size() == 1) return {spectrum + sample * channels_, batch * channels_};
  return {source_slab_.data() + line * 2 * line_modes_ * channels_, channels_};
}

template <class Real>
Rows<Real> SpectralPlan<Real>::target(Real* spectrum, std::ptrdiff_t batch, std::ptrdiff_t sample,
                                      std::ptrdiff_t line) {
  if (points_.size() == 1) return {spectrum + sample * channels_, batch * channels_};
  return {target_slab_.data() + line * 2 * line_modes_ * channels_, channels_};
}

template <class Real>
void SpectralPlan<Real>::close_slab(Real* spectrum, std::ptrdiff_t batch, std::ptrdiff_t sample,
                                    std::ptrdiff_t slab) {
  if (points_.size() == 2)
    analyse(axes_[0], target_slab_.data(), spectrum + sample * channels_, {1, batch * channels_});
  if (points_.size() == 3)
    analyse(axes_[1], target_slab_.data(),
            target_sample_.data() + slab * axes_[1].modes * 2 * line_modes_ * channels_,
            {1, channels_});
}

template <class Real>
void SpectralPlan<Real>::close_sample(Real* spectrum, std::ptrdiff_t batch, std::ptrdiff_t sample) {
  if (points_.size() < 3) return;
  analyse(axes_[0], target_sample_.data(), spectrum + sample * channels_,
          {axes_[1].modes, batch * channels_});
}

template class SpectralPlan<float>;
template class SpectralPlan<double>;

}  // namespace parapet
