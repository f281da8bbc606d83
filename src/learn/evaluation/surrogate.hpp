#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "learn/data/normalisation.hpp"
#include "learn/fno.hpp"

namespace parapet {

/// What a trained model is a model of.
struct SurrogateTask {
  std::vector<std::string> channels;  ///< in and out
  bool is_operator = true;            ///< one frame to another; otherwise every frame to the next
  double input_time = 0.0;
  double target_time = 0.0;                     ///< for a step model: of the second frame
  std::array<std::int64_t, 3> points{1, 1, 1};  ///< of the grid it was trained on
  std::array<double, 3> length{1.0, 1.0, 1.0};

  bool operator==(const SurrogateTask&) const = default;
};

/// A Fourier neural operator with the scaling of its fields: takes and gives physical values,
/// [batch, channel, x (, y, z)].
class Surrogate {
 public:
  Surrogate(SurrogateTask task, Normalisation normalisation, std::shared_ptr<Fno> network);

  /// With gradients, unless the caller has switched them off.
  at::Tensor predict(const at::Tensor& fields);

  Fno& network() { return *network_; }
  const SurrogateTask& task() const { return task_; }
  const Normalisation& normalisation() const { return normalisation_; }
  bool is_double() const;

  /// `model.safetensors`: the parameters by their names, everything else as metadata.
  void save(const std::filesystem::path& file) const;
  /// Throws Failure(unusable_file) unless the file is one that `save` wrote.
  static Surrogate load(const std::filesystem::path& file);

  /// `model.pt`: a self-contained TorchScript module, torch.jit.load(file)(fields) in Python.
  void save_torchscript(const std::filesystem::path& file) const;

 private:
  SurrogateTask task_;
  Normalisation normalisation_;
  std::shared_ptr<Fno> network_;
  at::Tensor input_mean_, input_deviation_, target_mean_, target_deviation_;
};

}  // namespace parapet
