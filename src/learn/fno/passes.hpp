#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "learn/fno/layout.hpp"
#include "learn/fno/mode_mixing.hpp"
#include "learn/fno/spectral_plan.hpp"

namespace parapet {

/// The forward and backward pass of a Fourier neural operator on plain arrays.
///
/// Fields inside are channel-last, [batch, points, channels]: a pointwise layer is then a product
/// with a small matrix that stays in cache, a transform along any axis a product whose vectors run
/// over channels, and a mode's channels lie together for the mixing. A layer is two sweeps with the
/// mixing of modes between them; a sweep visits a tile of points once, and inverse transform,
/// pointwise layer, bias, GELU and the next layer's forward transform happen while it is in cache.
///
/// What the backward pass needs, the *tape*, is each layer's spectrum and its output before GELU.
template <class Real>
class FnoPasses {
 public:
  explicit FnoPasses(const FnoShape& shape);

  const FnoLayout& layout() const { return layout_; }
  /// Elements of the tape for a batch on a grid.
  std::ptrdiff_t tape_size(const std::vector<std::ptrdiff_t>& points, std::ptrdiff_t batch);

  /// `input` [batch, input channels, points...], `output` [batch, output channels, points...].
  /// `tape` may be null when no backward pass will follow.
  void forward(const std::vector<std::ptrdiff_t>& points, std::ptrdiff_t batch, const Real* weights,
               const Real* input, Real* output, Real* tape);

  /// From ∂/∂output: writes ∂/∂weights, and ∂/∂input unless that pointer is null.
  void backward(const std::vector<std::ptrdiff_t>& points, std::ptrdiff_t batch,
                const Real* weights, const Real* input, const Real* tape, const Real* output_slope,
                Real* weight_slope, Real* input_slope);

 private:
  /// A run of points of one line: the unit of work that stays in cache.
  struct Tile {
    std::ptrdiff_t sample, line, begin, count;  ///< begin within the line
    std::ptrdiff_t first;                       ///< point within the sample
  };

  /// The arrays that `backward` is given.
  struct Slopes {
    const Real *weights, *input, *tape, *output_slope;
    Real *weight_slope, *input_slope;
  };

  void prepare(const std::vector<std::ptrdiff_t>& points, std::ptrdiff_t batch);
  /// Visits all tiles; `from` and `to` are spectra to be read by lines and to be filled, or null.
  template <class Visit>
  void sweep(const Real* from, Real* to, const Visit& visit);
  template <class Visit>
  void sweep_line(Tile& tile, const Visit& visit);

  std::ptrdiff_t field_size() const { return batch_ * plan_->points_in_sample() * width_; }
  Real* tile_of(Real* field, const Tile& tile) const;
  const Real* tile_of(const Real* field, const Tile& tile) const;

  /// values [count, width] += inverse transform of a spectrum, by `matrix` (analysis or synthesis).
  void add_waves(const Real* matrix, const Real* spectrum, const Tile& tile, Real* values);
  /// Adds a tile's part to its line's coefficients.
  void collect_waves(const Real* matrix, const Real* values, const Tile& tile, Real* spectrum);
  /// Input channels and coordinates of a tile, [lifted channels, count]. Returns them.
  const Real* gather_input(const Real* input, const Tile& tile);
  /// Transposes the weights of lift and projection.
  void turn_outer_weights(const Real* weights);
  void lift(const Real* weights, const Real* input, const Tile& tile, Real* values);
  void project(const Real* weights, const Real* values, const Tile& tile, Real* output);
  void project_backward(const Real* weights, const Real* values, const Tile& tile,
                        const Real* output_slope, Real* weight_slope, Real* slope);
  void lift_backward(const Real* slope, const Tile& tile, Real* weight_slope, Real* input_slope);
  /// From the projection to the lift.
  void layers_backward(const Slopes& of);
  void tile_backward(std::int64_t layer, const Slopes& of, const Tile& tile);

  const kernels::Kernels<Real>& kernels_;
  FnoShape shape_;
  FnoLayout layout_;
  std::ptrdiff_t width_, batch_ = 0;
  ModeMixing<Real> mixing_;
  std::unique_ptr<SpectralPlan<Real>> plan_;
  /// Activations or slopes of the whole batch; spectra; transposed weights; tiles.
  kernels::Buffer<Real> field_, spectrum_, mixed_;
  kernels::Buffer<Real> weight_turned_, lift_turned_, lift_slope_, hidden_turned_;
  kernels::Buffer<Real> values_, activation_, hidden_, hidden_slope_, gathered_;
};

}  // namespace parapet
