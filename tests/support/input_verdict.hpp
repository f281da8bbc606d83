#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/failure.hpp"
#include "simulation/forecast.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// What reading an input with `--set` overrides on one rank says; empty where there are no faults.
inline std::string input_verdict(const std::string& input,
                                 const std::vector<std::string>& overrides = {}) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("parapet-verdict-" + std::to_string(getpid()) + ".toml");
  std::ofstream(path) << input;
  std::string said;
  try {
    RunSettings::read(Communicator::self(), path.string(), overrides, Machine{1, 1, 1e12});
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::bad_input);
    said = failure.what();
  }
  std::filesystem::remove(path);
  return said;
}

/// That what was said names the line, like ":3", and holds the words.
inline void expect_refused(const std::string& said, const std::string& line,
                           const std::string& words) {
  EXPECT_NE(said.find(line), std::string::npos) << said;
  EXPECT_NE(said.find(words), std::string::npos) << said;
}

/// Overrides with what is to be said of them.
struct BadOverrides {
  std::vector<std::string> overrides;
  std::string says;
};

/// That the input is sound, and with each of the overrides is not.
inline void expect_told(const std::string& input, const std::vector<BadOverrides>& faults) {
  EXPECT_EQ(input_verdict(input), "");
  for (const BadOverrides& fault : faults) {
    const std::string said = input_verdict(input, fault.overrides);
    EXPECT_NE(said.find(fault.says), std::string::npos) << fault.says << ": " << said;
  }
}

}  // namespace parapet
