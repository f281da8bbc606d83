// The memory that `parapet check` foretells, against what a run takes.
#include <cmath>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "endtoend/runs.hpp"

namespace parapet::testing {
namespace {

struct LargeRun {
  const char* name;
  const char* input;
};

// The smallest at which the arrays are some times what a rank takes that does nothing.
constexpr LargeRun lines = {"1-D batch", R"(
[equation]
name = "burgers"
[grid]
points = [65536]
[initial]
kind = "sine"
[time]
end = 0.02
step = 0.01
[output]
folder = "run"
frames = 2
[ensemble]
members = 80
batch = 40
[ensemble.vary.viscosity]
distribution = "uniform"
low = 0.1
high = 0.2
)"};

constexpr LargeRun adaptive_lines = {"1-D batch with error control", R"(
[equation]
name = "burgers"
[grid]
points = [65536]
[initial]
kind = "sine"
[time]
end = 0.01
tolerance = 1e-5
[output]
folder = "run"
frames = 2
[ensemble]
members = 48
batch = 24
[ensemble.vary.viscosity]
distribution = "uniform"
low = 0.1
high = 0.2
)"};

constexpr LargeRun scalar_plane = {"2-D scalar", R"(
[equation]
name = "burgers"
viscosity = 0.1
[grid]
points = [2048, 2048]
[initial]
kind = "sine"
[time]
end = 0.002
step = 0.001
[output]
folder = "run"
frames = 2
)"};

constexpr LargeRun vector_cube = {"3-D vector", R"(
[equation]
name = "burgers"
form = "vector"
viscosity = 0.1
[grid]
points = [128, 128, 128]
[initial]
kind = "taylor-green"
[time]
end = 0.002
step = 0.002
[output]
folder = "run"
frames = 2
)"};

/// The number of bytes after `label` in what `parapet check` says.
double bytes_after(const std::string& label, const std::string& text) {
  const auto at = text.find(label);
  if (at == std::string::npos) return NAN;
  std::istringstream rest(text.substr(at + label.size()));
  static const std::map<std::string, double> units = {{"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}};
  double number = NAN;
  std::string unit;
  rest >> number >> unit;
  return units.count(unit) == 1 ? number * units.at(unit) : NAN;
}

void expect_forecast(const LargeRun& large, int ranks) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", large.input};
  const auto words = run.words();
  const Outcome checked = parapet(ranks, {"check", words.at(1)}, run.options());
  ASSERT_EQ(checked.status, 0) << checked.output;
  const double foretold = bytes_after("memory: about ", checked.output);
  const auto wrapper = python("peak_memory.py", {scratch.path().string()});
  const Outcome outcome = Program(on_ranks(ranks, words, wrapper), run.options()).wait();
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  for (int rank = 0; rank < ranks; ++rank) {
    const double peak = std::stod(read_file(scratch / ("peak-" + std::to_string(rank))));
    std::printf("%s, rank %d of %d: foretold %.1f MB, peak %.1f MB, ratio %.3f\n", large.name, rank,
                ranks, foretold / 1e6, peak / 1e6, foretold / peak);
    EXPECT_LE(std::abs(foretold / peak - 1.0), 0.2) << large.name << " on " << ranks << " ranks";
  }
}

TEST(Memory, ForecastIsWithinAFifthOfThePeak) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer takes memory of its own";
#endif
  for (const LargeRun& large : {lines, adaptive_lines, scalar_plane, vector_cube}) {
    for (const int ranks : {1, 2}) expect_forecast(large, ranks);
  }
}

}  // namespace
}  // namespace parapet::testing
