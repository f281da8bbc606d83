#include "learn/losses.hpp"

namespace parapet {

torch::Tensor relative_l2_per_sample(const torch::Tensor& prediction, const torch::Tensor& target) {
  const torch::Tensor error = (prediction - target).flatten(1);
  return error.norm(2, 1) / target.flatten(1).norm(2, 1);
}

torch::Tensor relative_l2(const torch::Tensor& prediction, const torch::Tensor& target) {
  return relative_l2_per_sample(prediction, target).mean();
}

}  // namespace parapet
