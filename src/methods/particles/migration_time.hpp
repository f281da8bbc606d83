#pragma once

#include "base/waiting.hpp"

namespace parapet {

/// Seconds that this rank has worked, since it began, on bringing particles to the ranks whose
/// cells they are in, dividing the cells anew and sorting by them. What it waits for others there
/// is among seconds_waited() instead; to find, within a step, who has left is not in it.
inline double& seconds_migrating() {
  static double seconds = 0.0;
  return seconds;
}

/// Adds the time until its end to seconds_migrating().
class Migrating {
 public:
  Migrating() = default;
  ~Migrating() { seconds_migrating() += timer_.seconds() - (seconds_waited() - waited_before_); }
  Migrating(const Migrating&) = delete;
  Migrating& operator=(const Migrating&) = delete;

 private:
  Timer timer_;
  double waited_before_ = seconds_waited();
};

}  // namespace parapet
