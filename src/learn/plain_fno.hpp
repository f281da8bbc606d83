#pragma once

#include <torch/torch.h>

#include "learn/fno.hpp"

namespace parapet {

/// The operator of `model` written with torch's own operations and `torch.fft`, on its parameters:
/// slow, short, differentiable any number of times; what Fno::forward is tested against.
torch::Tensor plain_forward(const Fno& model, const torch::Tensor& input);

/// One spectral convolution: weight [2, kept modes..., in, out], input [batch, in, x (, y, z)].
torch::Tensor plain_spectral_convolution(const torch::Tensor& weight, const torch::Tensor& input);

}  // namespace parapet
