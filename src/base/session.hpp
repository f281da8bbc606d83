#pragma once

#include <functional>

#include "base/communicator.hpp"
#include "base/failure.hpp"

namespace parapet {

/// Starts MPI, one compute thread a rank unless OMP_NUM_THREADS or OPENBLAS_NUM_THREADS says
/// otherwise, and ends it in order. One per program, alive as long as any Communicator.
class Session {
 public:
  Session(int& argc, char**& argv);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Has `action` run on this rank just before MPI ends, the latest first: for libraries above MPI
  /// that are started only where they are used. Not run while an exception ends the program.
  static void at_end(std::function<void()> action);
};

/// The whole of a program's `main`: starts a Session, runs `body` with the world communicator and
/// turns what it throws into a message on standard error and an exit status (see ExitCode). A
/// collective Failure is printed once and every rank finishes in order; any other exception is
/// printed as `[rank r] …` and aborts all ranks at once. Ranks whose words after the program's name
/// differ are refused (bad_input).
int run_program(int argc, char** argv,
                const std::function<ExitCode(const Communicator& world)>& body);

}  // namespace parapet
