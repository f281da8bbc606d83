#pragma once

#include <cstddef>
#include <vector>

#include "learn/kernels/buffer.hpp"
#include "learn/kernels/kernels.hpp"

namespace parapet {

/// Rows of `channels` values, `stride` elements apart.
template <class Real>
struct Rows {
  Real* data;
  std::ptrdiff_t stride;
};

/// Truncated Fourier transforms of channel-last fields [batch, x (, y, z), channels], axis by axis
/// as real matrix products: the last axis line by line while the line is in cache, then the others
/// on what little is left.
///
/// A *spectrum* is [kept modes of the outer axes..., 2, m, batch, channels]: real parts, then
/// imaginary parts of the m modes of the last axis, so that all channels of a mode lie together.
/// Wave numbers that the grid does not resolve are zero.
///
/// A *slab* is the part of a sample that is complete once its lines along the last axis are: the
/// plane x = const in 3 D, the whole sample in 1 and 2 D. A sample is visited in the order
///   open_sample, for each slab { open_slab, lines …, close_slab }, close_sample
/// where the open_ calls prepare `source` (from a spectrum to lines) and the close_ calls collect
/// `target` (from lines to a spectrum); either side may be left out.
template <class Real>
class SpectralPlan {
 public:
  SpectralPlan(std::vector<std::ptrdiff_t> points, const std::vector<std::ptrdiff_t>& modes,
               std::ptrdiff_t channels);

  const std::vector<std::ptrdiff_t>& points() const { return points_; }
  std::ptrdiff_t points_in_sample() const { return slabs() * lines() * line_points(); }
  std::ptrdiff_t slabs() const { return points_.size() == 3 ? points_[0] : 1; }
  std::ptrdiff_t lines() const { return points_.size() >= 2 ? points_[points_.size() - 2] : 1; }
  std::ptrdiff_t line_points() const { return points_.back(); }
  /// Modes of the outer axes together, of the last axis, and of all.
  std::ptrdiff_t outer_modes() const { return outer_modes_; }
  std::ptrdiff_t line_modes() const { return line_modes_; }
  std::ptrdiff_t modes() const { return outer_modes_ * line_modes_; }
  std::ptrdiff_t spectrum_size(std::ptrdiff_t batch) const {
    return 2 * modes() * batch * channels_;
  }

  /// [2m, line points]: cos, −sin. Times a line: its unscaled coefficients.
  const Real* analysis() const { return analysis_.data(); }
  /// [2m, line points]: the same times c_k/N, c_k = 2 (1 for k = 0 and N/2), N the points of a
  /// sample. Its transpose times the coefficients is the inverse real transform.
  const Real* synthesis() const { return synthesis_.data(); }

  void open_sample(const Real* spectrum, std::ptrdiff_t batch, std::ptrdiff_t sample);
  void open_slab(const Real* spectrum, std::ptrdiff_t batch, std::ptrdiff_t sample,
                 std::ptrdiff_t slab);
  Rows<const Real> source(const Real* spectrum, std::ptrdiff_t batch, std::ptrdiff_t sample,
                          std::ptrdiff_t line) const;
  Rows<Real> target(Real* spectrum, std::ptrdiff_t batch, std::ptrdiff_t sample,
                    std::ptrdiff_t line);
  void close_slab(Real* spectrum, std::ptrdiff_t batch, std::ptrdiff_t sample, std::ptrdiff_t slab);
  void close_sample(Real* spectrum, std::ptrdiff_t batch, std::ptrdiff_t sample);

 private:
  /// A complex transform along an outer axis. Cosines and sines serve both signs of k.
  struct OuterAxis {
    std::ptrdiff_t points, modes, largest;  ///< of n; 2m kept; largest |k| that is resolved
    kernels::Buffer<Real> trigonometry;     ///< [2·largest + 1, n]: cos k = 0…, sin k = 1…
    bool resolves(std::ptrdiff_t k) const { return k <= (points - 1) / 2 && k >= -(points / 2); }
  };
  /// How coefficients [2m, groups, 2, line modes, channels] of an outer axis lie in memory: one
  /// chunk of channels every `step` elements.
  struct Layout {
    std::ptrdiff_t groups, step;
  };

  OuterAxis make_axis(std::ptrdiff_t points, std::ptrdiff_t modes) const;
  std::ptrdiff_t columns(const Layout& layout) const {
    return layout.groups * 2 * line_modes_ * channels_;
  }
  void analyse(const OuterAxis& axis, const Real* in, Real* out, const Layout& layout);
  void synthesise(const OuterAxis& axis, const Real* in, Real* out, const Layout& layout);
  /// out = x + sign·y over one row's half group; zero pointers stand for zeros.
  void combine(Rows<const Real> x, Real sign, Rows<const Real> y, Rows<Real> out) const;

  const kernels::Kernels<Real>& kernels_;
  std::vector<std::ptrdiff_t> points_;
  std::ptrdiff_t channels_, line_modes_, outer_modes_ = 1;
  kernels::Buffer<Real> analysis_, synthesis_;
  std::vector<OuterAxis> axes_;
  /// Coefficients along the last axis of a slab, and along the last two of a sample.
  kernels::Buffer<Real> source_slab_, target_slab_, source_sample_, target_sample_, rows_;
};

}  // namespace parapet
