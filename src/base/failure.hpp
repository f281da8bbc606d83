#pragma once

#include <stdexcept>
#include <string>

namespace parapet {

/// Exit status of every Parapet program; job scripts rely on these numbers.
enum class ExitCode : int {
  done = 0,
  bad_input = 1,       ///< an input file or the command line asks for something impossible
  blew_up = 2,         ///< the solution became NaN, infinite or grew without bound
  input_output = 3,    ///< a file could not be written or read, or the disk is full
  unusable_file = 4,   ///< a checkpoint or data file is damaged, foreign or does not fit the run
  resumable = 64,      ///< stopped on request after writing a checkpoint: run again with --resume
  internal_error = 70  ///< a defect of Parapet itself
};

/// What every part of Parapet throws. A failure is either known to one rank only (thrown where it
/// happened; ends the whole job through MPI_Abort) or collective: thrown with the same message on
/// every rank of the communicator, so that one message is printed and every rank leaves in order.
class Failure : public std::runtime_error {
 public:
  Failure(ExitCode code, const std::string& message, bool is_collective = false)
      : std::runtime_error(message), code_(code), is_collective_(is_collective) {}

  ExitCode code() const { return code_; }
  bool is_collective() const { return is_collective_; }

 private:
  ExitCode code_;
  bool is_collective_;
};

/// Throws a rank-local Failure with `code` and `message` unless `condition` holds.
inline void require(bool condition, ExitCode code, const std::string& message) {
  if (!condition) throw Failure(code, message);
}

}  // namespace parapet
