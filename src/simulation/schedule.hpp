#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace parapet {

/// A time at which the solution must be known exactly: a frame of the trajectory, a line of
/// diagnostics, or both.
struct Event {
  double time = 0.0;
  std::int64_t frame = -1;  ///< index of the frame, −1: none
  bool has_diagnostics = false;
};

/// Times of frames every `interval` from 0 to `end`, both included; `count` ≥ 2 of them. Without
/// `interval` they divide the way evenly. Inner times are decimal numbers of 15 digits, so that the
/// frame at 0.15 is at the same time, to the last bit, whether the run ends at 0.2 or at 0.3.
std::vector<double> uniform_times(double end, std::int64_t count,
                                  std::optional<double> interval = std::nullopt);

/// Whether two times of a run of length `end` are one time written in two ways.
bool is_same_time(double a, double b, double end);

/// The events of a run in order of time, the first at time 0.
class Schedule {
 public:
  /// Frames at `frame_times` (≥ 2, increasing from 0), and diagnostics at each of them and every
  /// `diagnostics_interval`, if given.
  Schedule(const std::vector<double>& frame_times, std::optional<double> diagnostics_interval);

  const std::vector<Event>& events() const { return events_; }
  std::vector<double> frame_times() const;
  double end() const { return events_.back().time; }

  /// Steps a run takes with steps of at most `largest`, equal between two events.
  std::int64_t step_count(double largest) const;

 private:
  std::vector<Event> events_;
};

}  // namespace parapet
