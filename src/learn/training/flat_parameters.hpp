#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace torch::nn {
class Module;
}

namespace parapet {

/// All parameters of a model laid one after another in one array and their gradients in another, so
/// that the optimiser is one loop, the reduction over ranks one message and a checkpoint one array.
/// The module's parameters are moved there unless they lie so already; their gradients become views
/// of `gradients()`. The module must outlive this object and keep its parameters (no `to()`, no
/// replacement).
///
/// Behind the last gradient lie `extras` further elements that take part in the reduction, for the
/// loss and whatever else all ranks must agree on.
class FlatParameters {
 public:
  struct Entry {
    std::string name;  ///< as in the module's state, e.g. "layers.0.weight"
    std::vector<std::int64_t> shape;
    std::int64_t offset = 0;  ///< first element in the flat arrays
    std::int64_t count = 0;
  };

  /// Throws Failure(internal_error) unless all parameters share one real floating type.
  FlatParameters(torch::nn::Module& module, std::int64_t extras);

  const std::vector<Entry>& entries() const { return entries_; }
  std::int64_t size() const { return size_; }  ///< elements of values()

  at::Tensor& values() { return values_; }        ///< [size()]
  at::Tensor& gradients() { return gradients_; }  ///< [size() + extras]
  at::Tensor& parameter(std::size_t entry) { return parameters_[entry]; }

  void zero_gradients() { gradients_.zero_(); }

  /// Digest of the values: equal bits, equal digest.
  std::uint64_t digest() const;

 private:
  std::vector<Entry> entries_;
  std::vector<at::Tensor> parameters_;
  std::int64_t size_ = 0;
  at::Tensor values_;
  at::Tensor gradients_;
};

}  // namespace parapet
