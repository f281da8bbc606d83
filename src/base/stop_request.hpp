#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/communicator.hpp"
#include "base/timer.hpp"

namespace parapet {

/// Whether the run should end: asked by SIGTERM, SIGINT, SIGUSR1 or SIGUSR2 on any rank, or because
/// its time is up by rank 0's clock. One at a time. Once one has existed these signals only set a
/// flag until the process ends, so that none that comes late can spoil the exit status.
class StopRequest {
 public:
  enum class Urgency : std::int32_t {
    none = 0,
    after_checkpoint = 1,  ///< end the step, write a checkpoint, leave
    at_once = 2            ///< SIGTERM or SIGINT came again, two seconds or more after the first
  };

  struct Verdict {
    Urgency urgency = Urgency::none;
    std::string reason;  ///< "SIGTERM", "the time limit", or empty
    explicit operator bool() const { return urgency != Urgency::none; }
  };

  /// From now on the signals only set a flag, which the StopRequest made next will see: for a
  /// program that has things to do before it can make one.
  static void catch_signals();

  /// `max_walltime` in seconds counts from the start of `since`.
  explicit StopRequest(std::optional<double> max_walltime = std::nullopt, Timer since = Timer());
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;

  /// Stops this many seconds before the time limit, to leave room for a checkpoint.
  void keep_in_reserve(double seconds) { reserve_ = seconds; }

  /// What this rank knows, as a number; the maximum over the ranks is what they agree on. For
  /// callers that reduce something every step anyway.
  std::int32_t local_code(const Communicator& communicator) const;
  static Verdict decode(std::int32_t agreed_code);

  /// The same verdict on every rank. Collective.
  Verdict poll(const Communicator& communicator) const {
    return decode(communicator.all_reduce(local_code(communicator), Reduction::maximum));
  }

 private:
  std::optional<double> max_walltime_;
  double reserve_ = 0.0;
  Timer since_;
};

}  // namespace parapet
