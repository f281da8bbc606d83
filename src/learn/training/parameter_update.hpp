#pragma once

#include <cstdint>
#include <variant>

#include "learn/training/flat_parameters.hpp"
#include "learn/training/optimiser.hpp"
#include "learn/training/training_settings.hpp"
#include "learn/training/training_state.hpp"

namespace parapet {

/// From summed gradients to the next parameters: AdamW in the precision of the network, with the
/// gradient clipped to a largest norm.
class ParameterUpdate {
 public:
  /// The parameters must outlive this object.
  ParameterUpdate(FlatParameters& parameters, const TrainingSettings& settings);

  /// Makes the state's tensors the parameters and the moments themselves, not copies.
  void connect(TrainingState& state);
  /// After the state was loaded: takes the count of steps from it.
  void resume(const TrainingState& state);

  /// Step number `step` with learning rate `rate`; returns the norm of the gradient before
  /// clipping. Throws a collective Failure(blew_up) when that norm or the loss is not finite: every
  /// rank holds the same sums, so every rank fails or goes on alike.
  double step(std::int64_t step, double loss, double rate);

 private:
  FlatParameters& parameters_;
  double largest_norm_;  // 0: no clipping
  std::variant<AdamW<float>, AdamW<double>> optimiser_;
};

}  // namespace parapet
