#include "endtoend/runs.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <stdexcept>

#include <gtest/gtest.h>

#include "io/trajectory_reader.hpp"

namespace parapet::testing {

const char* const line_ensemble = R"(
[equation]
name = "burgers"
[equation.forcing]
waves = 3
[grid]
points = [48]
[initial]
kind = "random-sines"
[time]
end = 0.3
tolerance = 1e-6
[output]
folder = "run"
frames = 4
[ensemble]
members = 7
seed = 11
[ensemble.vary.viscosity]
distribution = "log-uniform"
low = 0.01
high = 0.1
)";

const char* const plane = R"(
[equation]
name = "burgers"
viscosity = 0.02
[grid]
points = [32, 24]
[initial]
kind = "gaussian-random-field"
sigma = 25.0
[time]
end = 0.2
step = 0.005
[output]
folder = "run"
frames = 5
precision = "float64"
[diagnostics]
interval = 0.02
[checkpoint]
steps = 1
[ensemble]
seed = 3
)";

const char* const cube = R"(
[equation]
name = "burgers"
form = "vector"
viscosity = 0.05
[grid]
points = [12, 9, 10]
[initial]
kind = "gaussian-random-field"
sigma = 25.0
[time]
end = 0.06
step = 0.01
[output]
folder = "run"
frames = 3
)";

std::vector<std::string> SmallRun::words(const std::vector<std::string>& more) const {
  const auto file = scratch / (folder + ".toml");
  write_file(file, input);
  std::vector<std::string> all = {"run", file.string(), "--folder", path().string()};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

Program::Options SmallRun::options(const std::string& fault) const {
  Program::Options options;
  options.folder = scratch.path();
  if (!fault.empty()) options.environment["PARAPET_TEST_FAULT"] = fault;
  return options;
}

Outcome SmallRun::run(int ranks, const std::vector<std::string>& more,
                      const std::string& fault) const {
  return parapet(ranks, words(more), options(fault));
}

std::string SmallRun::results() const {
  std::ostringstream text;
  text << read_file(path() / "diagnostics.csv");
  const TrajectoryReader reader(path() / "trajectory.h5");
  const auto valid = reader.valid_frames();
  for (std::int64_t m = 0; m < reader.layout().members; ++m) {
    for (std::int64_t f = 0; f < valid[static_cast<std::size_t>(m)]; ++f) {
      const auto recorded = reader.recorded_digest(m, f, 0);
      const bool is_sound = reader.stored_digest(m, f, 0) == recorded;
      text << m << ' ' << f << ' ' << std::hex << recorded << std::dec
           << (is_sound ? "\n" : " differs from the values\n");
    }
  }
  return text.str();
}

const std::string& undisturbed(const std::string& input) {
  static std::map<std::string, std::string> known;
  auto& results = known[input];
  if (results.empty()) {
    const Scratch scratch;
    const SmallRun run{scratch, "run", input};
    EXPECT_EQ(run.run(1).status, 0);
    results = run.results();
  }
  return results;
}

void expect_continues(const SmallRun& run, int ranks) {
  const Outcome outcome = run.run(ranks, {"--resume"});
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_EQ(run.results(), undisturbed(run.input));
}

std::string changed(const std::string& input, const std::string& from, const std::string& to) {
  const auto at = input.find(from);
  if (at == std::string::npos) throw std::invalid_argument(from);
  return std::string(input).replace(at, from.size(), to);
}

std::vector<std::filesystem::path> checkpoints_of(const SmallRun& run) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(run.path())) {
    const auto& path = entry.path();
    const bool is_one =
        path.filename().string().rfind("checkpoint-", 0) == 0 && path.extension() == ".h5";
    if (is_one) found.push_back(path);
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

}  // namespace parapet::testing
