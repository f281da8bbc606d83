#pragma once

#include <cstdint>
#include <vector>

#include <torch/torch.h>

#include "learn/fno_shape.hpp"

namespace parapet {

/// The operator as its authors' scripts write it (fourier_1d.py, fourier_2d.py of Li et al. 2021,
/// later form with GELU and without batch norm): complex weights, `torch.fft`, one block of weights
/// per quadrant of kept modes, convolutions with a kernel of one point, channels moved to the end
/// for the linear layers. What training speed is measured against.
class Yardstick {
 public:
  /// 1 or 2 dimensions. `padding` zeros are appended to each axis before the Fourier layers and cut
  /// off after them; the scripts pad by 9 in two dimensions and not in one.
  Yardstick(const FnoShape& shape, std::int64_t padding);

  /// Input [batch, x (, y), input channels], output [batch, x (, y), output channels].
  torch::Tensor forward(const torch::Tensor& input) const;
  const std::vector<torch::Tensor>& parameters() const { return parameters_; }

 private:
  struct Layer {
    std::vector<torch::Tensor> spectral;
    torch::Tensor weight, bias;
  };
  torch::Tensor add(torch::Tensor values);
  torch::Tensor convolve(const Layer& layer, const torch::Tensor& state) const;

  FnoShape shape_;
  std::int64_t padding_;
  std::vector<torch::Tensor> parameters_;
  torch::Tensor lift_weight_, lift_bias_, hidden_weight_, hidden_bias_, output_weight_,
      output_bias_;
  std::vector<Layer> layers_;
};

}  // namespace parapet
