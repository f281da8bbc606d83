#pragma once

#include <cstdint>
#include <vector>

namespace parapet {

/// A time at which the solution must be known exactly: a frame of the trajectory, a line of
/// diagnostics, or both.
struct Event {
  double time = 0.0;
  std::int64_t frame = -1;  ///< index of the frame, −1: none
  bool has_diagnostics = false;
};

/// The events of a run in order of time, the first at time 0.
class Schedule {
 public:
  /// `frames` ≥ 2 frames at equal distances from 0 to `end` (> 0), and diagnostics every
  /// `diagnostics_interval` and at every frame.
  static Schedule with_frames(double end, std::int64_t frames, double diagnostics_interval);

  const std::vector<Event>& events() const { return events_; }
  std::vector<double> frame_times() const;
  double end() const { return events_.back().time; }

  /// Steps a run takes with steps of at most `largest`, equal between two events.
  std::int64_t step_count(double largest) const;

 private:
  std::vector<Event> events_;
};

}  // namespace parapet
