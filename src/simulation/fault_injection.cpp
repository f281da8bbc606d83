#include "simulation/fault_injection.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <thread>

#include "base/failure.hpp"
#include "base/text.hpp"

namespace parapet {

FaultInjection FaultInjection::from_environment(int rank) {
  FaultInjection fault;
  const char* const text = std::getenv("PARAPET_TEST_FAULT");
  std::istringstream items(text == nullptr ? "" : text);
  for (std::string item; std::getline(items, item, ',');) {
    const auto equals = item.find('=');
    const std::string key = item.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : item.substr(equals + 1);
    if (key == "rank") {
      fault.is_rank_ = parse_integer(value) == rank;
    } else if (key == "step") {
      fault.step_ = parse_integer(value).value_or(0);
    } else if (key == "member") {
      fault.member_ = parse_integer(value).value_or(0);
    } else if (key == "pause") {
      fault.pause_ = parse_double(value).value_or(0.0);
    } else {
      fault.place_ = key;
    }
  }
  return fault;
}

bool FaultInjection::is_here(const std::string& place, std::int64_t step) const {
  return is_rank_ && place_ == place && step == step_;
}

bool FaultInjection::concerns(std::int64_t first, std::int64_t count) const {
  return member_ < 0 || (member_ >= first && member_ < first + count);
}

void FaultInjection::fail_at(const std::string& place, std::int64_t step) const {
  if (is_here("throw-" + place, step)) {
    throw Failure(ExitCode::internal_error, "PARAPET_TEST_FAULT: " + place);
  }
}

void FaultInjection::kill_at(const std::string& place, std::int64_t step) const {
  if (is_here("kill-" + place, step)) std::raise(SIGKILL);
}

void FaultInjection::pause() const {
  if (pause_ > 0.0 && is_rank_) std::this_thread::sleep_for(std::chrono::duration<double>(pause_));
}

}  // namespace parapet
