#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/communicator.hpp"

namespace parapet {

class FlatParameters;

/// When gradients are summed over the ranks: in one message once the backward pass is done, or in
/// several that start as soon as their gradients are ready. The sums have the same bits either way.
enum class ReductionTiming { after_backward, during_backward };

std::string to_string(ReductionTiming timing);

/// Sums the gradients of a data-parallel model (and the extras behind them) over all ranks.
class GradientReduction {
 public:
  GradientReduction(const Communicator& communicator, FlatParameters& parameters);
  ~GradientReduction();
  GradientReduction(const GradientReduction&) = delete;
  GradientReduction& operator=(const GradientReduction&) = delete;

  ReductionTiming timing() const;
  void set_timing(ReductionTiming timing);

  /// Before the backward pass.
  void begin();
  /// After the backward pass (which a rank without samples leaves out): returns when `gradients()`
  /// holds the sums. Collective.
  void finish();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace parapet
