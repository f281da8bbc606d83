#include "learn/benchmark/yardstick.hpp"

#include <cmath>

namespace parapet {

using torch::Tensor;
using torch::indexing::Slice;

namespace {

Tensor uniform(std::vector<std::int64_t> sizes, std::int64_t inputs) {
  const double bound = 1.0 / std::sqrt(static_cast<double>(inputs));
  return torch::empty(sizes).uniform_(-bound, bound);
}

Tensor with_coordinates(const Tensor& input) {
  std::vector<std::int64_t> sizes = input.sizes().vec();
  sizes.back() = 1;
  std::vector<Tensor> channels = {input};
  for (std::int64_t axis = 1; axis + 1 < input.dim(); ++axis) {
    std::vector<std::int64_t> line(input.dim(), 1);
    line[axis] = input.size(axis);
    channels.push_back(torch::linspace(0, 1, input.size(axis)).view(line).expand(sizes));
  }
  return torch::cat(channels, -1);
}

}  // namespace

Tensor Yardstick::add(Tensor values) {
  parameters_.push_back(values.requires_grad_());
  return values;
}

Yardstick::Yardstick(const FnoShape& shape, std::int64_t padding)
    : shape_(shape), padding_(padding) {
  const std::int64_t width = shape.width, lifted = shape.lifted_channels();
  std::vector<std::int64_t> block = {width, width}, point = {width, width};
  block.insert(block.end(), shape.modes.begin(), shape.modes.end());
  point.insert(point.end(), shape.modes.size(), 1);
  lift_weight_ = add(uniform({width, lifted}, lifted));
  lift_bias_ = add(uniform({width}, lifted));
  for (std::int64_t l = 0; l < shape.layers; ++l) {
    Layer& layer = layers_.emplace_back();
    for (std::int64_t b = 0; b < shape.dimensions(); ++b)
      layer.spectral.push_back(
          add(torch::rand(block, torch::kComplexFloat) / static_cast<double>(width * width)));
    layer.weight = add(uniform(point, width));
    layer.bias = add(uniform({width}, width));
  }
  hidden_weight_ = add(uniform({shape.projection, width}, width));
  hidden_bias_ = add(uniform({shape.projection}, width));
  output_weight_ = add(uniform({shape.output_channels, shape.projection}, shape.projection));
  output_bias_ = add(uniform({shape.output_channels}, shape.projection));
}

Tensor Yardstick::convolve(const Layer& layer, const Tensor& state) const {
  if (shape_.dimensions() == 1) {
    const Slice kept(0, shape_.modes[0]);
    const Tensor spectrum = torch::fft::rfft(state);
    Tensor mixed = torch::zeros_like(spectrum);
    mixed.index_put_({Slice(), Slice(), kept},
                     torch::einsum("bix,iox->box",
                                   {spectrum.index({Slice(), Slice(), kept}), layer.spectral[0]}));
    return torch::fft::irfft(mixed, state.size(-1)) +
           torch::conv1d(state, layer.weight, layer.bias);
  }
  const Tensor spectrum = torch::fft::rfft2(state);
  Tensor mixed = torch::zeros_like(spectrum);
  const Slice positive(0, shape_.modes[0]), negative(-shape_.modes[0], torch::indexing::None);
  for (const auto& [rows, weight] :
       {std::pair{positive, layer.spectral[0]}, {negative, layer.spectral[1]}}) {
    const std::vector<torch::indexing::TensorIndex> corner = {Slice(), Slice(), rows,
                                                              Slice(0, shape_.modes[1])};
    mixed.index_put_(corner, torch::einsum("bixy,ioxy->boxy", {spectrum.index(corner), weight}));
  }
  return torch::fft::irfft2(mixed, std::vector<std::int64_t>{state.size(-2), state.size(-1)}) +
         torch::conv2d(state, layer.weight, layer.bias);
}

Tensor Yardstick::forward(const Tensor& input) const {
  Tensor state = torch::linear(shape_.has_coordinates ? with_coordinates(input) : input,
                               lift_weight_, lift_bias_);
  state = state.movedim(-1, 1);
  const std::vector<std::int64_t> pad = shape_.dimensions() == 1
                                            ? std::vector<std::int64_t>{0, padding_}
                                            : std::vector<std::int64_t>{0, padding_, 0, padding_};
  if (padding_ > 0) state = torch::constant_pad_nd(state, pad);
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    state = convolve(layers_[l], state);
    if (l + 1 < layers_.size()) state = torch::gelu(state);
  }
  for (std::int64_t axis = 0; padding_ > 0 && axis < shape_.dimensions(); ++axis)
    state = state.narrow(2 + axis, 0, state.size(2 + axis) - padding_);
  state = torch::gelu(torch::linear(state.movedim(1, -1), hidden_weight_, hidden_bias_));
  return torch::linear(state, output_weight_, output_bias_);
}

}  // namespace parapet
