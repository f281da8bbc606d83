#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include "base/communicator.hpp"
#include "learn/training/gradient_reduction.hpp"

namespace parapet {

/// Times both ways of summing gradients in the first steps of a training and keeps the faster. The
/// steps are real ones: the sums do not depend on the way, so neither does the training.
class ReductionChoice {
 public:
  /// `wish` is "fastest", "after" or "during".
  ReductionChoice(const Communicator& communicator, GradientReduction& reduction,
                  const std::string& wish);

  /// Around what a step does between the zeroed and the summed gradients. Collective.
  void begin_step();
  void end_step();

  bool is_settled() const { return trials_ == 0; }
  /// For the log: what was chosen, and the times it rests on.
  std::string description() const;

 private:
  using Clock = std::chrono::steady_clock;
  // The first steps pay for memory and caches and are not counted.
  static constexpr int warm_up = 4, counted = 12;

  const Communicator& communicator_;
  GradientReduction& reduction_;
  int trials_ = 0;  ///< still to come
  bool was_timed_ = false;
  std::array<double, 2> best_ = {std::numeric_limits<double>::infinity(),
                                 std::numeric_limits<double>::infinity()};
  Clock::time_point start_;
};

}  // namespace parapet
