#include "base/progress.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"

namespace parapet {

namespace {

constexpr double bar_interval = 0.1;       // seconds
constexpr double first_line = 10.0;        // seconds
constexpr double longest_silence = 600.0;  // seconds
constexpr double growth = 0.25;            // of the time that has passed
constexpr int bar_width = 24;

}  // namespace

Progress::Progress(Log& log, Options options)
    : log_(log),
      options_(std::move(options)),
      started_(options_.clock()),
      next_(started_ + (log.has_terminal() ? 0.0 : first_line)) {}

Progress::~Progress() {
  log_.show_bar("");
}

void Progress::update(double done, std::string_view note) {
  const double now = options_.clock();
  if (now < next_) return;
  const double elapsed = now - started_;
  const std::string suffix = note.empty() ? "" : fmt::format("  {}", note);
  if (log_.has_terminal()) {
    log_.show_bar(bar(done, elapsed) + suffix);
    next_ = now + bar_interval;
  } else {
    log_.info("{}{}", line(done, elapsed), suffix);
    next_ = now + std::clamp(growth * elapsed, first_line, longest_silence);
  }
}

double Progress::rate(double done, double seconds) const {
  return seconds > 0.0 ? std::max(0.0, done - options_.start) / seconds : 0.0;
}

std::string Progress::time_left(double done, double seconds) const {
  const double speed = rate(done, seconds);
  if (!(speed > 0.0)) return "time left unknown";
  return format_duration(std::max(0.0, options_.total - done) / speed) + " left";
}

std::string Progress::line(double done, double seconds) const {
  const double percent = std::floor(100.0 * std::clamp(done / options_.total, 0.0, 1.0));
  return fmt::format("{:.0f} %, {:.3g} {}/s, {}", percent, rate(done, seconds), options_.unit,
                     time_left(done, seconds));
}

std::string Progress::bar(double done, double seconds) const {
  const double fraction = std::clamp(done / options_.total, 0.0, 1.0);
  const int filled = static_cast<int>(fraction * bar_width);
  std::string cells;
  for (int i = 0; i < bar_width; ++i) cells += i < filled ? "█" : "·";
  return fmt::format("{} {:3.0f} %  {:.3g} {}/s  {}", cells, std::floor(100.0 * fraction),
                     rate(done, seconds), options_.unit, time_left(done, seconds));
}

}  // namespace parapet
