// Runs that start from a field read from an HDF5 file.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "endtoend/runs.hpp"
#include "io/trajectory_reader.hpp"

namespace parapet::testing {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

Words from_file(const fs::path& file, const Words& more = {}) {
  Words words = {"--set", "initial.kind=file", "--set", "initial.file=" + file.string()};
  for (const auto& setting : more) words.insert(words.end(), {"--set", setting});
  return words;
}

fs::path source(const Scratch& scratch, const std::string& folder, const Words& words = {}) {
  const SmallRun run{scratch, folder, plane};
  const Outcome outcome = run.run(2, words);
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  return run.path() / "trajectory.h5";
}

std::vector<double> frame_of(const fs::path& file, std::int64_t frame) {
  const TrajectoryReader reader(file);
  return reader.read_block(0, 0, frame, Box{{0, 0, 0}, reader.layout().grid.points});
}

void expect_same_start(const Scratch& scratch, const fs::path& file, std::int64_t frame, int ranks,
                       const Words& more) {
  const SmallRun run{
      scratch, "from-" + std::to_string(ranks) + file.parent_path().filename().string(), plane};
  Words settings = more;
  settings.push_back("initial.frame=" + std::to_string(frame));
  const Outcome outcome = run.run(ranks, from_file(file, settings));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  const auto expected = frame_of(file, frame), found = frame_of(run.path() / "trajectory.h5", 0);
  ASSERT_EQ(found.size(), expected.size());
  double difference = 0.0, size = 0.0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    difference = std::max(difference, std::abs(found[i] - expected[i]));
    size = std::max(size, std::abs(expected[i]));
  }
  EXPECT_GT(size, 0.1);
  EXPECT_LE(difference, 1e-13 * size) << ranks << " ranks";
}

TEST(InitialFile, GivesItsValuesOnAnyNumberOfRanks) {
  const Scratch scratch;
  const auto file = source(scratch, "source");
  for (const int ranks : {1, 2, 3}) expect_same_start(scratch, file, 2, ranks, {});
  const Words thin = {"grid.points=[3, 24]"};
  const auto planes = source(scratch, "thin", {"--set", thin[0]});
  expect_same_start(scratch, planes, 4, 5, thin);
}

// Puts NaN in the place of the first value of the frame.
void spoil(const fs::path& file, std::int64_t frame) {
  const auto values = frame_of(file, frame);
  std::string bytes = read_file(file);
  const auto at = bytes.find(std::string(reinterpret_cast<const char*>(values.data()), 64));
  ASSERT_NE(at, std::string::npos);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  bytes.replace(at, sizeof nan, reinterpret_cast<const char*>(&nan), sizeof nan);
  write_file(file, bytes);
}

TEST(InitialFile, IsRefusedBeforeAnythingIsWritten) {
  const Scratch scratch;
  const auto file = source(scratch, "source");
  const auto spoilt = source(scratch, "spoilt");
  spoil(spoilt, 1);
  const auto text = scratch / "text.h5";
  write_file(text, "no HDF5 file");
  struct Fault {
    fs::path file;
    Words settings;
    std::string says;
  };
  const std::vector<Fault> faults = {
      {scratch / "absent.h5", {}, "there is no such file"},
      {text, {}, "text.h5"},
      {file, {"grid.points=[32, 25]"}, "on 32 x 24 points, the run 1 on 32 x 25"},
      {file, {"grid.points=[768]"}, "on 32 x 24 points, the run 1 on 768"},
      {file, {"equation.form=vector"}, "has 1 component(s)"},
      {file, {"initial.field=pressure"}, "has no field \"pressure\""},
      {file, {"initial.frame=5"}, "has no frame 5"},
      {spoilt, {"initial.frame=1"}, "frame 1 of member 0 holds NaN or infinity"}};
  for (const Fault& fault : faults) {
    for (const int ranks : {1, 3}) {
      const SmallRun run{scratch, "run", plane};
      const Outcome outcome = run.run(ranks, from_file(fault.file, fault.settings));
      EXPECT_EQ(outcome.status, 1) << outcome.output;
      const auto at = outcome.output.find(fault.says);
      EXPECT_NE(at, std::string::npos) << fault.says << ": " << outcome.output;
      EXPECT_EQ(outcome.output.find(fault.says, at + 1), std::string::npos) << outcome.output;
      EXPECT_NE(outcome.output.find(fault.file.string()), std::string::npos) << outcome.output;
      EXPECT_EQ(occurrences(outcome.output, ".toml:"), 1) << outcome.output;
      EXPECT_FALSE(fs::exists(run.path()));
    }
  }
  // The other frames of the spoilt file are as good as ever.
  expect_same_start(scratch, spoilt, 2, 2, {});
}

// A run of one member has left its file behind; more members would start from it.
TEST(InitialFile, ThatHasChangedIsNotResumedWithWhereItIsReadAgain) {
  const Scratch scratch;
  const auto file = source(scratch, "source");
  const SmallRun run{scratch, "run", plane};
  const auto resumed = [&](int ranks, int members) {
    Words words = from_file(
        file, {"time.end=0.25", "output.frames=6", "ensemble.members=" + std::to_string(members)});
    words.push_back("--resume");
    return run.run(ranks, words);
  };
  ASSERT_EQ(run.run(2, from_file(file)).status, 0);
  fs::rename(file, scratch / "aside.h5");
  EXPECT_EQ(resumed(1, 1).status, 0);
  fs::rename(scratch / "aside.h5", file);
  EXPECT_EQ(resumed(3, 2).status, 0);
  fs::remove_all(scratch / "source");
  source(scratch, "source", {"--set", "ensemble.seed=2"});
  const Outcome outcome = resumed(2, 3);
  EXPECT_EQ(outcome.status, 4) << outcome.output;
  EXPECT_EQ(occurrences(outcome.output, "[initial] file: "), 1) << outcome.output;
  EXPECT_NE(outcome.output.find("source/trajectory.h5: holds other values"), std::string::npos)
      << outcome.output;
}

}  // namespace
}  // namespace parapet::testing
