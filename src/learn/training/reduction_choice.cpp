#include "learn/training/reduction_choice.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

namespace parapet {

ReductionChoice::ReductionChoice(const Communicator& communicator, GradientReduction& reduction,
                                 const std::string& wish)
    : communicator_(communicator), reduction_(reduction) {
  if (wish == "during") reduction_.set_timing(ReductionTiming::during_backward);
  if (wish == "fastest" && communicator.size() > 1) trials_ = warm_up + counted;
}

void ReductionChoice::begin_step() {
  if (trials_ == 0) return;
  const bool is_during = trials_ % 2 == 1;
  reduction_.set_timing(is_during ? ReductionTiming::during_backward
                                  : ReductionTiming::after_backward);
  start_ = Clock::now();
}

void ReductionChoice::end_step() {
  if (trials_ == 0) return;
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  auto& best = best_[static_cast<std::size_t>(trials_ % 2)];
  if (trials_ <= counted) best = std::min(best, seconds);
  if (--trials_ > 0) return;
  // The slowest rank counts, and all must choose alike.
  communicator_.all_reduce(std::span<double>(best_), Reduction::maximum);
  reduction_.set_timing(best_[1] < best_[0] ? ReductionTiming::during_backward
                                            : ReductionTiming::after_backward);
  was_timed_ = true;
}

std::string ReductionChoice::description() const {
  auto text = "gradients are summed " + to_string(reduction_.timing());
  if (was_timed_) {
    text += fmt::format(" (a step took {:.2f} ms that way and {:.2f} ms the other)",
                        1e3 * std::min(best_[0], best_[1]), 1e3 * std::max(best_[0], best_[1]));
  }
  return text;
}

}  // namespace parapet
