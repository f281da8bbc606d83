#pragma once

#include <torch/torch.h>

namespace parapet {

/// Mean over the samples of ‖prediction − target‖₂ / ‖target‖₂ (Li et al. 2021), the norms taken
/// over everything but the first axis. A scalar; NaN when a target is zero throughout.
torch::Tensor relative_l2(const torch::Tensor& prediction, const torch::Tensor& target);

/// The same before the mean: one value a sample, shape [batch].
torch::Tensor relative_l2_per_sample(const torch::Tensor& prediction, const torch::Tensor& target);

}  // namespace parapet
