#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "learn/fno_settings.hpp"

namespace parapet {

/// Everything that fixes the architecture of a Fourier neural operator.
struct FnoShape {
  std::int64_t input_channels = 1;
  std::int64_t output_channels = 1;
  std::vector<std::int64_t> modes = {16};  ///< per axis, 1 to 3 of them: the number of dimensions
  std::int64_t width = 64;
  std::int64_t layers = 4;
  std::int64_t projection = 128;
  bool has_coordinates = true;

  /// From the `[model]` table; a single entry of `modes` stands for every axis.
  /// Throws bad_input when the entries of `modes` are neither one nor `dimensions`.
  static FnoShape from(const FnoSettings& settings, std::int64_t dimensions,
                       std::int64_t input_channels, std::int64_t output_channels);

  std::int64_t dimensions() const { return static_cast<std::int64_t>(modes.size()); }
  /// Kept modes per axis: 2m (m of each sign) on all axes but the last, m on the last.
  std::vector<std::int64_t> kept_modes() const;
};

/// Fourier neural operator (Li et al. 2021, arXiv 2010.08895) in 1, 2 and 3 dimensions, without
/// batch normalisation; see README.md for the formulas.
///
/// Input [batch, input channels, x (, y, z)] in physical space on any uniform periodic grid, output
/// [batch, output channels, x (, y, z)]. The grid need not be the one trained on.
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
  Fno(const FnoShape& shape, std::uint64_t seed, torch::Dtype precision = torch::kFloat32);

  /// Throws internal_error (with the shapes) when `input` does not fit.
  torch::Tensor forward(const torch::Tensor& input);

  const FnoShape& shape() const { return shape_; }
  /// All parameters as one vector that shares their memory; change it only without gradients.
  const torch::Tensor& flat_parameters() const { return flat_parameters_; }
  /// Their gradients as one vector that shares memory with every parameter's `.grad()` where they
  /// are contiguous (as after `zero_grad(true)` and one backward pass); gathered otherwise, and
  /// the `.grad()`s then re-seated on it.
  torch::Tensor flat_gradients();

 private:
  FnoShape shape_;
  torch::Tensor flat_parameters_;
  std::vector<torch::Tensor> ordered_;
};

}  // namespace parapet
