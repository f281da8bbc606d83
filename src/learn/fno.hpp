#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <torch/torch.h>

#include "learn/fno_shape.hpp"

namespace parapet {

class FnoEngine;

/// Fourier neural operator (Li et al. 2021, arXiv 2010.08895) in 1, 2 and 3 dimensions, without
/// batch normalisation; see README.md for the formulas.
///
/// Input [batch, input channels, x (, y, z)] in physical space on any uniform periodic grid, output
/// [batch, output channels, x (, y, z)]. The grid need not be the one trained on: wave numbers that
/// it does not resolve are left out.
///
/// Parameters, all real, by name (w = width, i = input channels + dimensions if the coordinates
/// j/N ∈ [0, 1) of each axis are appended as channels, p = projection, o = output channels):
///
///   lift.weight [w, i]   lift.bias [w]
///   layers.L.spectral [2, kept modes..., w in, w out]: real part, imaginary part. On all axes
///       but the last the wave numbers are 0 … m−1, −m … −1, on the last 0 … m−1.
///   layers.L.weight [w, w]   layers.L.bias [w]
///   project.0.weight [p, w]  project.0.bias [p]  project.1.weight [o, p]  project.1.bias [o]
///
/// They lie one behind the other in one block of memory, `flat_parameters()`, and so do their
/// gradients after a backward pass that found none (`flat_gradients()`).
class Fno : public torch::nn::Module {
 public:
  /// Parameters drawn from `seed` as in the original script: uniform ±1/√(fan in) for the pointwise
  /// layers, uniform [0, 1)/w² for the spectral weights. Same bits on every rank.
  /// `precision` is kFloat32 or kFloat64.
  Fno(const FnoShape& shape, std::uint64_t seed, torch::Dtype precision = torch::kFloat32);

  /// The prediction, differentiable once with respect to the parameters and the input. The next
  /// call may come before this one's backward pass, but not from another thread.
  /// Throws internal_error (with the shapes) when `input` does not fit.
  torch::Tensor forward(const torch::Tensor& input);

  const FnoShape& shape() const { return shape_; }
  /// All parameters as one vector that shares their memory; change it only without gradients.
  const torch::Tensor& flat_parameters() const { return flat_parameters_; }
  /// Their gradients as one vector that shares memory with every parameter's `.grad()`, in the
  /// order of `flat_parameters()`. Costs nothing after `zero_grad(true)` and one backward pass;
  /// otherwise they are gathered (missing ones as zeros) and re-seated on the vector.
  torch::Tensor flat_gradients();

 private:
  FnoShape shape_;
  std::shared_ptr<FnoEngine> engine_;
  torch::Tensor flat_parameters_;
  std::vector<torch::Tensor> ordered_;  ///< the parameters in the order of their memory
};

}  // namespace parapet
