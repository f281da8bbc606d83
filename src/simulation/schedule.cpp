#include "simulation/schedule.hpp"

#include <cmath>

namespace parapet {

namespace {

// Times closer than this, relative to the run's length, are one time written twice.
constexpr double same_time = 1e-10;

// How many whole intervals fit before `end`; one that ends at `end` up to rounding is not counted.
std::int64_t inner_count(double end, double interval) {
  return static_cast<std::int64_t>(std::ceil(end / interval * (1.0 - same_time))) - 1;
}

}  // namespace

Schedule Schedule::with_frames(double end, std::int64_t frames, double diagnostics_interval) {
  Schedule schedule;
  auto& events = schedule.events_;
  const std::int64_t last = frames - 1;
  const std::int64_t inner = inner_count(end, diagnostics_interval);
  std::int64_t next = 1;
  for (std::int64_t frame = 0; frame <= last; ++frame) {
    const double time =
        frame == last ? end : end * static_cast<double>(frame) / static_cast<double>(last);
    for (; next <= inner; ++next) {
      const double between = static_cast<double>(next) * diagnostics_interval;
      if (between > time + same_time * end) break;
      if (between < time - same_time * end) events.push_back({between, -1, true});
    }
    events.push_back({time, frame, true});
  }
  return schedule;
}

std::vector<double> Schedule::frame_times() const {
  std::vector<double> times;
  for (const Event& event : events_) {
    if (event.frame >= 0) times.push_back(event.time);
  }
  return times;
}

std::int64_t Schedule::step_count(double largest) const {
  double count = 0.0;
  for (std::size_t i = 1; i < events_.size(); ++i) {
    const double length = events_[i].time - events_[i - 1].time;
    count += std::ceil(length / largest * (1.0 - same_time));
  }
  return static_cast<std::int64_t>(count);
}

}  // namespace parapet
