#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <string>

#include "base/timer.hpp"
#include "base/waiting.hpp"

namespace parapet {

/// How long a piece of work takes.
struct StepTime {
  double seconds = std::numeric_limits<double>::infinity();  ///< of the slowest rank, best trial
  /// The share of all trials spent waiting for what other ranks send, on the rank that waits most.
  double waiting = 0.0;
};

/// Times `work` over several trials: the slowest rank decides, and the best trial is what the
/// machine can do. Collective.
template <class F>
StepTime best_of(const Communicator& ranks, int trials, F&& work) {
  StepTime best;
  double waited = 0.0, whole = 0.0;
  for (int trial = 0; trial < trials; ++trial) {
    ranks.barrier();
    const double waited_before = seconds_waited();
    const Timer timer;
    work();
    const double seconds = timer.seconds();
    waited += seconds_waited() - waited_before, whole += seconds;
    best.seconds = std::min(best.seconds, ranks.all_reduce(seconds, Reduction::maximum));
  }
  best.waiting = ranks.all_reduce(waited / whole, Reduction::maximum);
  return best;
}

/// A problem that any number of ranks can be given.
struct ScalingCase {
  std::string name;
  std::function<StepTime(const Communicator&)> step;  ///< the time of a step of it
};

}  // namespace parapet
