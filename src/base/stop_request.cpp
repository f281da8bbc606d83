#include "base/stop_request.hpp"

#include <array>
#include <csignal>
#include <ctime>

#include <fmt/format.h>

namespace parapet {

namespace {

constexpr std::array handled{SIGTERM, SIGINT, SIGUSR1, SIGUSR2};
// A launcher and a batch system may both pass on one signal; that is not the user asking twice.
constexpr int same_request = 2;  // seconds
constexpr std::int32_t urgency_unit = 1024;
constexpr std::int32_t time_limit = 0;

// All that the handler touches. The time is kept to the second so that it fits.
volatile std::sig_atomic_t first_signal = 0;
volatile std::sig_atomic_t first_second = 0;
volatile std::sig_atomic_t is_repeated = 0;

// clock_gettime is safe in a signal handler (POSIX.1-2008, 2.4.3).
extern "C" void parapet_note_signal(int signal) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const auto second = static_cast<std::sig_atomic_t>(now.tv_sec);
  if (first_signal == 0) {
    first_second = second;
    first_signal = signal;
  } else if ((signal == SIGTERM || signal == SIGINT) && second - first_second >= same_request) {
    is_repeated = 1;
  }
}

std::string name_of(std::int32_t signal) {
  switch (signal) {
    case time_limit:
      return "the time limit";
    case SIGTERM:
      return "SIGTERM";
    case SIGINT:
      return "SIGINT";
    case SIGUSR1:
      return "SIGUSR1";
    case SIGUSR2:
      return "SIGUSR2";
    default:
      return fmt::format("signal {}", signal);
  }
}

}  // namespace

void StopRequest::catch_signals() {
  struct sigaction action {};
  action.sa_handler = parapet_note_signal;
  action.sa_flags = SA_RESTART;
  for (const int signal : handled) sigaction(signal, &action, nullptr);
}

StopRequest::StopRequest(std::optional<double> max_walltime, Timer since)
    : max_walltime_(max_walltime), since_(since) {
  catch_signals();
}

// The signals stay caught: a batch system repeats itself while a run that has done as it was told
// is still closing its files or finalising MPI, and the default action would turn its exit status
// into that of a crash.
StopRequest::~StopRequest() {
  first_signal = 0;
  is_repeated = 0;
}

std::int32_t StopRequest::local_code(const Communicator& communicator) const {
  if (first_signal != 0) {
    return urgency_unit * (is_repeated != 0 ? 2 : 1) + static_cast<std::int32_t>(first_signal);
  }
  const bool is_time_up =
      communicator.is_root() && max_walltime_ && since_.seconds() >= *max_walltime_ - reserve_;
  return is_time_up ? urgency_unit + time_limit : 0;
}

StopRequest::Verdict StopRequest::decode(std::int32_t agreed_code) {
  if (agreed_code <= 0) return {};
  return {static_cast<Urgency>(agreed_code / urgency_unit), name_of(agreed_code % urgency_unit)};
}

}  // namespace parapet
