#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "base/timer.hpp"

namespace parapet {

/// How far a run is: on a terminal a bar with rate and time left, elsewhere a line every so often,
/// first after ten seconds, then ever more rarely, at least every ten minutes. Only rank 0 shows
/// it; `update` costs one look at the clock and may be called every step.
class Progress {
 public:
  struct Options {
    double total = 1.0;          ///< amount of work, in any unit
    double start = 0.0;          ///< amount already done by an earlier run
    std::string unit = "steps";  ///< what the rate counts
    std::function<double()> clock = [timer = Timer()] { return timer.seconds(); };
  };

  Progress(Log& log, Options options);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// Shows, if it is time, that `done` of the total is done; `note` is appended.
  void update(double done, std::string_view note = {});

  /// "██████····  45 %  12.3 steps/s  3 min 20 s left"
  std::string bar(double done, double seconds) const;
  /// "45 %, 12.3 steps/s, 3 min 20 s left"
  std::string line(double done, double seconds) const;

 private:
  double rate(double done, double seconds) const;
  std::string time_left(double done, double seconds) const;

  Log& log_;
  Options options_;
  double started_;
  double next_;
};

}  // namespace parapet
