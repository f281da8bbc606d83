#pragma once

#include "base/timer.hpp"

namespace parapet {

/// Seconds that this rank has spent, since it began, in calls that wait for what other ranks send:
/// reductions, ghosts, transpositions. What PETSc, FFTW and HDF5 wait for by themselves is not
/// among them.
inline double& seconds_waited() {
  static double seconds = 0.0;
  return seconds;
}

/// Adds the time until its end to seconds_waited().
class Waiting {
 public:
  Waiting() = default;
  ~Waiting() { seconds_waited() += timer_.seconds(); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  Timer timer_;
};

}  // namespace parapet
