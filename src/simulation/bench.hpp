#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/communicator.hpp"

namespace parapet {

struct BenchOptions {
  bool is_short = false;                     ///< small sizes, seconds: a trial, not a measurement
  std::filesystem::path folder = ".";        ///< where file speed is measured
  std::filesystem::path report{};            ///< also written here unless empty
  std::string only{};                        ///< one of bench_parts; empty for all
  std::int64_t most_particles = 10'000'000;  ///< of the costs of a particle that are compared
};

/// The parts of a report, in its order.
inline constexpr std::array<std::string_view, 8> bench_parts = {
    "burgers", "reaction", "volume", "density", "particles", "scaling", "ensemble", "files"};

/// Measures the machine's limits and Parapet against them; returns the report as JSON. Collective.
std::string run_bench(const Communicator& world, const BenchOptions& options);

}  // namespace parapet
