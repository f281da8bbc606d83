#include "simulation/schedule.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"

namespace parapet {

namespace {

// Times closer than this, relative to the run's length, are one time written twice.
constexpr double same_time = 1e-10;

// How many whole intervals fit before `end`; one that ends at `end` up to rounding is not counted.
std::int64_t inner_count(double end, double interval) {
  return static_cast<std::int64_t>(std::ceil(end / interval * (1.0 - same_time))) - 1;
}

// 3 · 0.1 is not 0.3 in doubles, and 0.4 · 3 / 8 is not 0.2 · 3 / 4.
double to_decimal(double time) {
  return parse_double(fmt::format("{:.15g}", time)).value_or(time);
}

}  // namespace

std::vector<double> uniform_times(double end, std::int64_t count, std::optional<double> interval) {
  const std::int64_t last = count - 1;
  std::vector<double> times;
  for (std::int64_t k = 0; k < last; ++k) {
    const double index = static_cast<double>(k);
    times.push_back(
        to_decimal(interval ? index * *interval : end * index / static_cast<double>(last)));
  }
  times.push_back(end);
  return times;
}

bool is_same_time(double a, double b, double end) {
  return std::abs(a - b) <= same_time * end;
}

Schedule::Schedule(const std::vector<double>& frame_times,
                   std::optional<double> diagnostics_interval) {
  const double end = frame_times.back();
  const std::int64_t inner = diagnostics_interval ? inner_count(end, *diagnostics_interval) : 0;
  std::int64_t next = 1;
  for (std::size_t frame = 0; frame < frame_times.size(); ++frame) {
    const double time = frame_times[frame];
    for (; next <= inner; ++next) {
      const double between = static_cast<double>(next) * *diagnostics_interval;
      if (between > time && !is_same_time(between, time, end)) break;
      if (!is_same_time(between, time, end)) events_.push_back({between, -1, true});
    }
    events_.push_back({time, static_cast<std::int64_t>(frame), true});
  }
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
