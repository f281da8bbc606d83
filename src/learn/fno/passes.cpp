#include "learn/fno/passes.hpp"

#include <algorithm>

namespace parapet {

using kernels::Start;

namespace {

/// Points of a tile: with 64 channels it takes 32 kB.
constexpr std::ptrdiff_t tile_points = 128;

}  // namespace

template <class Real>
FnoPasses<Real>::FnoPasses(const FnoShape& shape)
    : kernels_(kernels::kernels<Real>()),
      shape_(shape),
      layout_(shape),
      width_(shape.width),
      mixing_(shape.width) {
  const std::ptrdiff_t lifted = shape.lifted_channels(), hidden = shape.projection;
  weight_turned_.resize(width_ * width_);
  lift_turned_.resize(lifted * width_);
  lift_slope_.resize(lifted * width_);
  hidden_turned_.resize(hidden * width_);
  values_.resize(tile_points * width_);
  activation_.resize(tile_points * width_);
  hidden_.resize(tile_points * hidden);
  hidden_slope_.resize(tile_points * hidden);
  gathered_.resize(tile_points * lifted);
}

template <class Real>
void FnoPasses<Real>::prepare(const std::vector<std::ptrdiff_t>& points, std::ptrdiff_t batch) {
  if (!plan_ || plan_->points() != points) {
    const std::vector<std::ptrdiff_t> modes(shape_.modes.begin(), shape_.modes.end());
    plan_ = std::make_unique<SpectralPlan<Real>>(points, modes, width_);
  }
  batch_ = batch;
  field_.resize(field_size());
  spectrum_.resize(plan_->spectrum_size(batch));
  mixed_.resize(plan_->spectrum_size(batch));
}

template <class Real>
std::ptrdiff_t FnoPasses<Real>::tape_size(const std::vector<std::ptrdiff_t>& points,
                                          std::ptrdiff_t batch) {
  prepare(points, batch);
  return shape_.layers * (field_size() + plan_->spectrum_size(batch));
}

template <class Real>
template <class Visit>
void FnoPasses<Real>::sweep_line(Tile& tile, const Visit& visit) {
  const std::ptrdiff_t length = plan_->line_points();
  for (tile.begin = 0; tile.begin < length; tile.begin += tile.count) {
    tile.count = std::min(tile_points, length - tile.begin);
    visit(tile);
    tile.first += tile.count;
  }
}

template <class Real>
template <class Visit>
void FnoPasses<Real>::sweep(const Real* from, Real* to, const Visit& visit) {
  Tile tile{};
  for (tile.sample = 0; tile.sample < batch_; ++tile.sample) {
    tile.first = 0;
    if (from) plan_->open_sample(from, batch_, tile.sample);
    for (std::ptrdiff_t slab = 0; slab < plan_->slabs(); ++slab) {
      if (from) plan_->open_slab(from, batch_, tile.sample, slab);
      for (tile.line = 0; tile.line < plan_->lines(); ++tile.line) sweep_line(tile, visit);
      if (to) plan_->close_slab(to, batch_, tile.sample, slab);
    }
    if (to) plan_->close_sample(to, batch_, tile.sample);
  }
}

template <class Real>
Real* FnoPasses<Real>::tile_of(Real* field, const Tile& tile) const {
  return field + (tile.sample * plan_->points_in_sample() + tile.first) * width_;
}
template <class Real>
const Real* FnoPasses<Real>::tile_of(const Real* field, const Tile& tile) const {
  return field + (tile.sample * plan_->points_in_sample() + tile.first) * width_;
}

template <class Real>
void FnoPasses<Real>::add_waves(const Real* matrix, const Real* spectrum, const Tile& tile,
                                Real* values) {
  const Rows<const Real> waves = plan_->source(spectrum, batch_, tile.sample, tile.line);
  kernels_.multiply({tile.count, width_, 2 * plan_->line_modes(), matrix + tile.begin, 1,
                     plan_->line_points(), waves.data, waves.stride, values, width_,
                     Start::accumulate});
}

template <class Real>
void FnoPasses<Real>::collect_waves(const Real* matrix, const Real* values, const Tile& tile,
                                    Real* spectrum) {
  const Rows<Real> waves = plan_->target(spectrum, batch_, tile.sample, tile.line);
  kernels_.multiply({2 * plan_->line_modes(), width_, tile.count, matrix + tile.begin,
                     plan_->line_points(), 1, values, width_, waves.data, waves.stride,
                     tile.begin == 0 ? Start::zero : Start::accumulate});
}

template <class Real>
const Real* FnoPasses<Real>::gather_input(const Real* input, const Tile& tile) {
  const std::ptrdiff_t in = shape_.input_channels, points = plan_->points_in_sample();
  Real* row = gathered_.data();
  for (std::ptrdiff_t channel = 0; channel < in; ++channel, row += tile.count)
    std::copy_n(input + (tile.sample * in + channel) * points + tile.first, tile.count, row);
  if (!shape_.has_coordinates) return gathered_.data();
  std::ptrdiff_t below = points;
  for (const std::ptrdiff_t extent : plan_->points()) {
    below /= extent;
    for (std::ptrdiff_t i = 0; i < tile.count; ++i)
      *row++ = static_cast<Real>((tile.first + i) / below % extent) / static_cast<Real>(extent);
  }
  return gathered_.data();
}

template <class Real>
void FnoPasses<Real>::turn_outer_weights(const Real* weights) {
  kernels_.transpose(width_, shape_.lifted_channels(), weights + layout_.lift_weight,
                     lift_turned_.data());
  kernels_.transpose(shape_.projection, width_, weights + layout_.hidden_weight,
                     hidden_turned_.data());
}

template <class Real>
void FnoPasses<Real>::lift(const Real* weights, const Real* input, const Tile& tile, Real* values) {
  kernels_.multiply({tile.count, width_, shape_.lifted_channels(), gather_input(input, tile), 1,
                     tile.count, lift_turned_.data(), width_, values, width_, Start::row,
                     weights + layout_.lift_bias});
}

template <class Real>
void FnoPasses<Real>::project(const Real* weights, const Real* values, const Tile& tile,
                              Real* output) {
  const std::ptrdiff_t hidden = shape_.projection, points = plan_->points_in_sample();
  Real* state = hidden_.data();
  kernels_.multiply({tile.count, hidden, width_, values, width_, 1, hidden_turned_.data(), hidden,
                     state, hidden, Start::row, weights + layout_.hidden_bias});
  kernels_.gelu(tile.count * hidden, state, state);
  for (std::ptrdiff_t o = 0; o < shape_.output_channels; ++o)
    kernels_.row_dots(tile.count, hidden, state, weights + layout_.output_weight + o * hidden,
                      weights[layout_.output_bias + o],
                      output + (tile.sample * shape_.output_channels + o) * points + tile.first, 1);
}

template <class Real>
void FnoPasses<Real>::forward(const std::vector<std::ptrdiff_t>& points, std::ptrdiff_t batch,
                              const Real* weights, const Real* input, Real* output, Real* tape) {
  prepare(points, batch);
  const std::ptrdiff_t spectrum_size = plan_->spectrum_size(batch_);
  Real* field = field_.data();
  turn_outer_weights(weights);
  const auto spectrum_of = [&](std::int64_t layer) {
    return tape ? tape + shape_.layers * field_size() + layer * spectrum_size : spectrum_.data();
  };
  sweep(nullptr, spectrum_of(0), [&](const Tile& tile) {
    lift(weights, input, tile, tile_of(field, tile));
    collect_waves(plan_->analysis(), tile_of(field, tile), tile, spectrum_of(0));
  });
  for (std::int64_t l = 0; l < shape_.layers; ++l) {
    const auto& layer = layout_.layers[l];
    const bool is_last = l + 1 == shape_.layers;
    Real* next = is_last ? nullptr : spectrum_of(l + 1);
    mixing_.forward(*plan_, batch_, weights + layer.spectral, spectrum_of(l), mixed_.data());
    kernels_.transpose(width_, width_, weights + layer.weight, weight_turned_.data());
    sweep(mixed_.data(), next, [&](const Tile& tile) {
      Real* state = tile_of(field, tile);
      Real* values = tape ? tile_of(tape + l * field_size(), tile) : values_.data();
      kernels_.multiply({tile.count, width_, width_, state, width_, 1, weight_turned_.data(),
                         width_, values, width_, Start::row, weights + layer.bias});
      add_waves(plan_->synthesis(), mixed_.data(), tile, values);
      if (is_last) return project(weights, values, tile, output);
      kernels_.gelu(tile.count * width_, values, state);
      collect_waves(plan_->analysis(), state, tile, next);
    });
  }
}

template <class Real>
void FnoPasses<Real>::project_backward(const Real* weights, const Real* values, const Tile& tile,
                                       const Real* output_slope, Real* weight_slope, Real* slope) {
  const std::ptrdiff_t hidden = shape_.projection, points = plan_->points_in_sample();
  const std::ptrdiff_t out = shape_.output_channels;
  Real *state = hidden_.data(), *state_slope = hidden_slope_.data();
  const Real* from = output_slope + tile.sample * out * points + tile.first;
  kernels_.multiply({tile.count, hidden, width_, values, width_, 1, hidden_turned_.data(), hidden,
                     state, hidden, Start::row, weights + layout_.hidden_bias});
  kernels_.multiply({tile.count, hidden, out, from, 1, points, weights + layout_.output_weight,
                     hidden, state_slope, hidden});
  kernels_.gelu_backward(tile.count * hidden, state, state, state_slope);
  kernels_.multiply({out, hidden, tile.count, from, points, 1, state, hidden,
                     weight_slope + layout_.output_weight, hidden, Start::accumulate});
  for (std::ptrdiff_t o = 0; o < out; ++o)
    for (std::ptrdiff_t i = 0; i < tile.count; ++i)
      weight_slope[layout_.output_bias + o] += from[o * points + i];
  kernels_.multiply({hidden, width_, tile.count, state_slope, 1, hidden, values, width_,
                     weight_slope + layout_.hidden_weight, width_, Start::accumulate});
  kernels_.add_rows(tile.count, hidden, state_slope, weight_slope + layout_.hidden_bias);
  kernels_.multiply({tile.count, width_, hidden, state_slope, hidden, 1,
                     weights + layout_.hidden_weight, width_, slope, width_});
}

template <class Real>
void FnoPasses<Real>::lift_backward(const Real* slope, const Tile& tile, Real* weight_slope,
                                    Real* input_slope) {
  const std::ptrdiff_t in = shape_.input_channels, points = plan_->points_in_sample();
  kernels_.multiply({shape_.lifted_channels(), width_, tile.count, gathered_.data(), tile.count, 1,
                     slope, width_, lift_slope_.data(), width_, Start::accumulate});
  kernels_.add_rows(tile.count, width_, slope, weight_slope + layout_.lift_bias);
  for (std::ptrdiff_t channel = 0; input_slope && channel < in; ++channel)
    kernels_.row_dots(tile.count, width_, slope, lift_turned_.data() + channel * width_, 0,
                      input_slope + (tile.sample * in + channel) * points + tile.first, 1);
}

template <class Real>
void FnoPasses<Real>::tile_backward(std::int64_t l, const Slopes& of, const Tile& tile) {
  const auto& layer = layout_.layers[l];
  Real *slope = tile_of(field_.data(), tile), *below = values_.data(), *state = activation_.data();
  kernels_.multiply({tile.count, width_, width_, slope, width_, 1, of.weights + layer.weight,
                     width_, below, width_});
  add_waves(plan_->analysis(), spectrum_.data(), tile, below);
  if (l > 0) {
    const Real* values = tile_of(of.tape + (l - 1) * field_size(), tile);
    kernels_.gelu_backward(tile.count * width_, values, state, below);
  } else {
    lift(of.weights, of.input, tile, state);
    lift_backward(below, tile, of.weight_slope, of.input_slope);
  }
  kernels_.multiply({width_, width_, tile.count, slope, 1, width_, state, width_,
                     of.weight_slope + layer.weight, width_, Start::accumulate});
  kernels_.add_rows(tile.count, width_, slope, of.weight_slope + layer.bias);
  if (l == 0) return;
  std::copy_n(below, tile.count * width_, slope);
  collect_waves(plan_->synthesis(), slope, tile, mixed_.data());
}

template <class Real>
void FnoPasses<Real>::layers_backward(const Slopes& of) {
  const Real* last = of.tape + (shape_.layers - 1) * field_size();
  sweep(nullptr, mixed_.data(), [&](const Tile& tile) {
    Real* slope = tile_of(field_.data(), tile);
    project_backward(of.weights, tile_of(last, tile), tile, of.output_slope, of.weight_slope,
                     slope);
    collect_waves(plan_->synthesis(), slope, tile, mixed_.data());
  });
  const Real* spectra = of.tape + shape_.layers * field_size();
  for (std::int64_t l = shape_.layers - 1; l >= 0; --l) {
    const std::ptrdiff_t weights = layout_.layers[l].spectral;
    mixing_.backward(*plan_, batch_, of.weights + weights,
                     spectra + l * plan_->spectrum_size(batch_), mixed_.data(), spectrum_.data(),
                     of.weight_slope + weights);
    sweep(spectrum_.data(), l > 0 ? mixed_.data() : nullptr,
          [&](const Tile& tile) { tile_backward(l, of, tile); });
  }
}

template <class Real>
void FnoPasses<Real>::backward(const std::vector<std::ptrdiff_t>& points, std::ptrdiff_t batch,
                               const Real* weights, const Real* input, const Real* tape,
                               const Real* output_slope, Real* weight_slope, Real* input_slope) {
  prepare(points, batch);
  const std::ptrdiff_t lifted = shape_.lifted_channels();
  std::fill_n(weight_slope, layout_.size, Real(0));
  std::fill_n(lift_slope_.data(), lifted * width_, Real(0));
  turn_outer_weights(weights);
  layers_backward({weights, input, tape, output_slope, weight_slope, input_slope});
  kernels_.transpose(lifted, width_, lift_slope_.data(), weight_slope + layout_.lift_weight);
}

template class FnoPasses<float>;
template class FnoPasses<double>;

}  // namespace parapet
