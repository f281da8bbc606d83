#pragma once

#include "base/timer.hpp"

namespace parapet {

/// Seconds that this rank has spent, since it began, on bringing particles to the ranks whose cells
/// they are in, dividing the cells anew and sorting by them; what it waits for others there is in
/// it.
inline double& seconds_migrating() {
  static double seconds = 0.0;
  return seconds;
}

/// Adds the time until its end to seconds_migrating().
class Migrating {
 public:
  Migrating() = default;
  ~Migrating() { seconds_migrating() += timer_.seconds(); }
  Migrating(const Migrating&) = delete;
  Migrating& operator=(const Migrating&) = delete;

 private:
  Timer timer_;
};

}  // namespace parapet
