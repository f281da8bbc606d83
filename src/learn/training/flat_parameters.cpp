#include "learn/training/flat_parameters.hpp"

#include <torch/nn/module.h>

#include "base/digest.hpp"
#include "base/failure.hpp"

namespace parapet {

namespace {

// The parameters as one array, if that is how they lie in memory already.
at::Tensor joined(const std::vector<at::Tensor>& parameters, std::int64_t size) {
  const auto& first = parameters.front();
  auto next = first.storage_offset();
  for (const auto& parameter : parameters) {
    if (!parameter.is_contiguous() || parameter.storage_offset() != next ||
        parameter.storage().data() != first.storage().data()) {
      return {};
    }
    next += parameter.numel();
  }
  auto values = at::empty({0}, at::TensorOptions().dtype(first.scalar_type()));
  return values.set_(first.storage(), first.storage_offset(), {size}, {1});
}

}  // namespace

FlatParameters::FlatParameters(torch::nn::Module& module, std::int64_t extras) {
  for (auto& item : module.named_parameters()) {
    auto& parameter = item.value();
    entries_.push_back({item.key(), parameter.sizes().vec(), size_, parameter.numel()});
    parameters_.push_back(parameter);
    size_ += parameter.numel();
  }
  require(!parameters_.empty(), ExitCode::internal_error, "a model without parameters");
  const auto type = parameters_.front().scalar_type();
  for (const auto& parameter : parameters_) {
    require(parameter.scalar_type() == type && parameter.is_floating_point(),
            ExitCode::internal_error, "parameters of a model must share one real floating type");
  }
  gradients_ = at::zeros({size_ + extras}, at::TensorOptions().dtype(type));
  values_ = joined(parameters_, size_);
  const bool must_move = !values_.defined();
  if (must_move) values_ = at::zeros({size_}, at::TensorOptions().dtype(type));
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto& entry = entries_[i];
    const auto part = [&](const at::Tensor& flat) {
      return flat.narrow(0, entry.offset, entry.count).view(entry.shape);
    };
    if (must_move) {
      part(values_).copy_(parameters_[i].detach());
      parameters_[i].set_data(part(values_));
    }
    parameters_[i].mutable_grad() = part(gradients_);
  }
}

std::uint64_t FlatParameters::digest() const {
  Digest digest;
  const auto values = values_.to(at::kDouble);
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    digest.add(values.data_ptr<double>()[i], static_cast<std::uint64_t>(i));
  }
  return digest.value();
}

}  // namespace parapet
