#pragma once

#include <filesystem>
#include <string>

#include "base/communicator.hpp"

namespace parapet {

struct BenchOptions {
  bool is_short = false;               ///< small sizes, seconds: a trial, not a measurement
  std::filesystem::path folder = ".";  ///< where file speed is measured
  std::filesystem::path report{};      ///< also written here unless empty
};

/// Measures the machine's limits and Parapet against them; returns the report as JSON. Collective.
std::string run_bench(const Communicator& world, const BenchOptions& options);

}  // namespace parapet
