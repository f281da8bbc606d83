#pragma once

#include <cstdint>
#include <string>

namespace parapet {

/// Faults on purpose, for tests of what a run does about them; nothing without the environment
/// variable PARAPET_TEST_FAULT, a comma-separated list like
///
///   nan,rank=1,step=5       the state of rank 1 becomes NaN at one mode before its step 5
///   throw-initial,rank=1    rank 1 fails while it makes the initial condition
///   throw-step,rank=0,step=3    … in its step 3
///   throw-output,rank=0     … while it writes a frame
///   kill-extension,step=3   … is killed after step 3 of giving the trajectory another layout
///   pause=0.05              every step takes this many seconds longer (on rank=R, if given)
///   member=2                only when this member is in the batch
///
/// Ranks are those of the world.
class FaultInjection {
 public:
  static FaultInjection from_environment(int rank);

  /// Throws a rank-local Failure(internal_error) if this is the place and step to fail.
  void fail_at(const std::string& place, std::int64_t step) const;
  /// Ends this process with SIGKILL if this is the place and step to die.
  void kill_at(const std::string& place, std::int64_t step) const;
  bool makes_nan(std::int64_t step) const { return is_here("nan", step); }
  /// Whether one of the ranks does: the same on all of them.
  bool makes_nan_somewhere(std::int64_t step) const { return place_ == "nan" && step_ == step; }
  /// Whether the batch [first, first + count) is meant.
  bool concerns(std::int64_t first, std::int64_t count) const;
  void pause() const;

 private:
  bool is_here(const std::string& place, std::int64_t step) const;

  std::string place_;
  bool is_rank_ = true;
  std::int64_t step_ = 0;
  std::int64_t member_ = -1;
  double pause_ = 0.0;
};

}  // namespace parapet
