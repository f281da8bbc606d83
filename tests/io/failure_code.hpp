#pragma once

#include <functional>
#include <string>

#include "base/failure.hpp"

namespace parapet {

struct Outcome {
  ExitCode code = ExitCode::done;
  bool is_collective = false;
  std::string message;
};

/// What an action threw; code done when it threw nothing.
inline Outcome outcome_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Failure& failure) {
    return {failure.code(), failure.is_collective(), failure.what()};
  }
  return {};
}

}  // namespace parapet
