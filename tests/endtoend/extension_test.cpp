// Runs continued with other settings than they were begun with.
#include <cmath>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>

#include "endtoend/runs.hpp"
#include "io/trajectory_reader.hpp"

namespace parapet::testing {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

// The plane of 5 frames to 0.2, gone on with to 0.3 with a frame every 0.05 as before.
const Words to_the_later_end = {"--set", "time.end=0.3", "--set", "output.frames=7"};

Words with_resume(Words words) {
  words.insert(words.begin(), "--resume");
  return words;
}

SmallRun begun(const Scratch& scratch, const std::string& folder, const std::string& input,
               const Words& words = {}) {
  SmallRun run{scratch, folder, input};
  const Outcome outcome = run.run(2, words);
  EXPECT_TRUE(outcome.status == 0 || outcome.status == 64) << outcome.output;
  return run;
}

SmallRun copy_of(const SmallRun& run, const std::string& folder) {
  SmallRun copy{run.scratch, folder, run.input};
  fs::copy(run.path(), copy.path(), fs::copy_options::recursive);
  return copy;
}

std::vector<double> certificates_of(const SmallRun& run) {
  const TrajectoryReader reader(run.path() / "trajectory.h5");
  std::vector<double> all;
  for (const auto& name : reader.layout().certificates) {
    const auto values = reader.certificate(name);
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

std::vector<double> times_of(const SmallRun& run) {
  return TrajectoryReader(run.path() / "trajectory.h5").layout().times;
}

void expect_equal(const SmallRun& run, const SmallRun& straight) {
  EXPECT_EQ(run.results(), straight.results());
  EXPECT_EQ(times_of(run), times_of(straight));
  const auto found = certificates_of(run), expected = certificates_of(straight);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], expected[i]) << i;
  for (const char* file : {"progress.json", "spectrum.csv", "trajectory.xdmf"}) {
    EXPECT_EQ(read_file(run.path() / file), read_file(straight.path() / file)) << file;
  }
}

// Fixed steps: the longer run is the same, bit for bit, whether it was asked for at once, after the
// end, or on the way; on any number of ranks.
TEST(Extension, FixedSteps) {
  const Scratch scratch;
  const SmallRun straight = begun(scratch, "straight", plane, to_the_later_end);
  const SmallRun done = begun(scratch, "done", plane);
  const SmallRun halted = begun(scratch, "halted", plane, {"--max-walltime", "0.001s"});
  for (const SmallRun* run : {&done, &halted}) {
    const Outcome outcome = run->run(3, with_resume(to_the_later_end));
    ASSERT_EQ(outcome.status, 0) << outcome.output;
    expect_equal(*run, straight);
    EXPECT_NE(read_file(run->path() / "input.toml").find("end = 0.3"), std::string::npos);
    EXPECT_EQ(run->run(1, with_resume(to_the_later_end)).status, 0);
    expect_equal(*run, straight);
  }
}

// Error control: the same as long as the old end is a frame of the longer run, for then its steps
// end there as well.
TEST(Extension, ErrorControl) {
  const Scratch scratch;
  const Words single = {"--set", "ensemble.members=1", "--set", "equation.viscosity=0.02"};
  Words longer = single, other = single;
  longer.insert(longer.end(), {"--set", "time.end=0.5", "--set", "output.frames=6"});
  other.insert(other.end(), {"--set", "time.end=0.5", "--set", "output.frames=3"});
  const SmallRun done = begun(scratch, "done", line_ensemble, single);
  const SmallRun changed = copy_of(done, "changed");
  ASSERT_EQ(done.run(1, with_resume(longer)).status, 0);
  expect_equal(done, begun(scratch, "straight", line_ensemble, longer));

  // With the frames of `other`, 0.25 apart, the straight run does not stop at 0.3.
  const Outcome outcome = changed.run(1, with_resume(other));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_NE(outcome.output.find("frames from t = 0.3 on are 0.25 apart"), std::string::npos)
      << outcome.output;
  EXPECT_EQ(times_of(changed), (std::vector<double>{0.0, 0.1, 0.2, 0.3, 0.5}));
  const SmallRun straight = begun(scratch, "straight-other", line_ensemble, other);
  const TrajectoryReader mine(changed.path() / "trajectory.h5");
  const TrajectoryReader theirs(straight.path() / "trajectory.h5");
  const std::vector<std::int64_t> my_last = {4}, their_last = {2};
  const auto a = mine.read(0, 0, 1, my_last), b = theirs.read(0, 0, 1, their_last);
  double difference = 0.0, size = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += (a[i] - b[i]) * (a[i] - b[i]);
    size += b[i] * b[i];
  }
  EXPECT_LE(std::sqrt(difference / size), 1e-5);  // tolerance 1e-6 a step
  EXPECT_EQ(changed.run(1, with_resume(other)).status, 0);
}

TEST(Extension, MoreMembersAndALaterEnd) {
  const Scratch scratch;
  const Words longer = {"--set",           "time.end=0.4", "--set",
                        "output.frames=5", "--set",        "ensemble.members=9"};
  const SmallRun straight = begun(scratch, "straight", line_ensemble, longer);
  const SmallRun forgetful = begun(scratch, "forgetful", line_ensemble);
  const SmallRun keeping =
      begun(scratch, "keeping", line_ensemble, {"--set", "checkpoint.keep_final=true"});
  const SmallRun halted = begun(scratch, "halted", line_ensemble, {"--max-walltime", "0.001s"});
  const SmallRun wider = copy_of(forgetful, "wider");
  const Outcome again = forgetful.run(3, with_resume(longer));
  ASSERT_EQ(again.status, 0) << again.output;
  EXPECT_NE(again.output.find("7 finished members are computed again"), std::string::npos)
      << again.output;
  expect_equal(forgetful, straight);
  const Outcome on = keeping.run(1, with_resume(longer));
  ASSERT_EQ(on.status, 0) << on.output;
  EXPECT_NE(on.output.find("7 finished members go on"), std::string::npos) << on.output;
  expect_equal(keeping, straight);
  ASSERT_EQ(halted.run(2, with_resume(longer)).status, 0);
  expect_equal(halted, straight);

  const Words nine = {"--set", "ensemble.members=9"};
  ASSERT_EQ(wider.run(2, with_resume(nine)).status, 0);
  expect_equal(wider, begun(scratch, "straight-nine", line_ensemble, nine));
}

// Without a checkpoint the run starts again, which is said; with one that is gone it is refused.
TEST(Extension, WithoutCheckpoints) {
  const Scratch scratch;
  const Words longer = {"--set", "time.end=0.09", "--set", "output.frames=4"};
  const SmallRun straight = begun(scratch, "straight", cube, longer);
  const SmallRun run = begun(scratch, "run", cube, {"--set", "checkpoint.every=never"});
  const Outcome outcome = run.run(2, with_resume(longer));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_EQ(occurrences(outcome.output, "starts again from the initial condition"), 1)
      << outcome.output;
  expect_equal(run, straight);
  std::vector<fs::path> checkpoints;
  for (const auto& entry : fs::directory_iterator(run.path())) {
    const auto name = entry.path().filename().string();
    if (name.rfind("checkpoint-", 0) == 0) checkpoints.push_back(entry.path());
  }
  EXPECT_FALSE(checkpoints.empty());
  for (const auto& path : checkpoints) fs::remove(path);
  EXPECT_EQ(run.run(2, {"--resume", "--set", "time.end=0.12", "--set", "output.frames=5"}).status,
            4);
}

// Other frames from here on; those that are there stay.
TEST(Extension, OtherFramesFromHereOn) {
  const Scratch scratch;
  const SmallRun straight = begun(scratch, "straight", plane);
  const SmallRun run{scratch, "run", plane};
  Program program(on_ranks(2, run.words()), run.options("pause=0.02"));
  ASSERT_TRUE(program.wait_for("frame 3"));
  program.send(SIGUSR1);
  ASSERT_EQ(program.wait().status, 64);
  const Words finer = {"--set", "output.frames=21"};
  ASSERT_EQ(run.run(3, with_resume(finer)).status, 0);
  const auto times = times_of(run);
  ASSERT_GE(times.size(), 6U);
  EXPECT_EQ(times[1], 0.05);
  EXPECT_LE(std::abs(times[times.size() - 1] - times[times.size() - 2] - 0.01), 1e-12);
  EXPECT_EQ(times.back(), 0.2);
  const TrajectoryReader before(straight.path() / "trajectory.h5");
  const TrajectoryReader after(run.path() / "trajectory.h5");
  for (const std::int64_t frame : {0, 1, 2}) {
    EXPECT_EQ(after.recorded_digest(0, frame, 0), before.recorded_digest(0, frame, 0));
    EXPECT_EQ(after.stored_digest(0, frame, 0), before.recorded_digest(0, frame, 0));
  }
  EXPECT_EQ(after.valid_frames()[0], static_cast<std::int64_t>(times.size()));
}

struct Change {
  const SmallRun& run;
  Words settings;
  Words says;
};

void expect_refused(const Change& change) {
  const std::string before = read_file(change.run.path() / "trajectory.h5");
  Words words = {"--resume"};
  for (const auto& setting : change.settings) words.insert(words.end(), {"--set", setting});
  const Outcome outcome = change.run.run(2, words);
  EXPECT_EQ(outcome.status, 4) << outcome.output;
  EXPECT_EQ(occurrences(outcome.output, "cannot be continued"), 1) << outcome.output;
  for (const auto& part : change.says) {
    EXPECT_NE(outcome.output.find(part), std::string::npos) << part << ": " << outcome.output;
  }
  EXPECT_TRUE(read_file(change.run.path() / "trajectory.h5") == before);
}

const Words stopped_at_once = {"--max-walltime", "0.001s"};

TEST(RestartSettings, OtherChangesAreRefusedAndAllOfThemNamed) {
  const Scratch scratch;
  const SmallRun run = begun(scratch, "run", plane, stopped_at_once);
  const SmallRun whole = begun(scratch, "whole", plane);
  const SmallRun lines = begun(scratch, "lines", line_ensemble);
  const std::vector<Change> refused = {
      {run,
       {"equation.viscosity=0.03", "ensemble.seed=4", "time.step=0.004"},
       {"equation.viscosity was 0.02, is 0.03", "ensemble.seed was 3, is 4",
        "time.step was 0.005, is 0.004"}},
      {run, {"grid.points=[32, 32]"}, {"grid.points was [32, 24], is [32, 32]"}},
      {run, {"output.precision=float32"}, {"output.precision was \"float64\", is \"float32\""}},
      {run, {"diagnostics.interval=0.01"}, {"diagnostics.interval was 0.02, is 0.01"}},
      {run, {"ensemble.members=2"}, {"ensemble.members was 1, is 2", "finished"}},
      {whole, {"time.end=0.1"}, {"time.end was 0.2, is 0.1", "t = 0.2 has been reached"}},
      {lines, {"ensemble.members=6"}, {"ensemble.members was 7, is 6", "not taken away"}},
      {lines, {"time.end=0.4"}, {"time.end was 0.3, is 0.4", "same interval, 0.1"}},
      {lines, {"time.end=0.2"}, {"time.end was 0.3, is 0.2", "has been reached"}}};
  for (const Change& change : refused) expect_refused(change);
}

TEST(RestartSettings, WhatNoResultDependsOnMayChange) {
  const Scratch scratch;
  const SmallRun run = begun(scratch, "run", plane, stopped_at_once);
  fs::rename(run.path(), scratch / "moved");
  const SmallRun moved{scratch, "moved", plane};
  const Outcome legal =
      moved.run(3, {"--resume", "--set", "checkpoint.steps=7", "--set", "checkpoint.kept=3",
                    "--set", "output.title=moved", "--set", "output.folder=elsewhere", "--set",
                    "ensemble.ranks_per_member=3", "--set", "grid.plan=measure", "--max-walltime",
                    "1h", "--quiet"});
  EXPECT_EQ(legal.status, 0) << legal.output;
}

void expect_whole(const SmallRun& run) {
  const TrajectoryReader reader(run.path() / "trajectory.h5");
  ASSERT_GE(reader.valid_frames()[0], 5);
  for (std::int64_t frame = 0; frame < 5; ++frame) {
    EXPECT_EQ(reader.stored_digest(0, frame, 0), reader.recorded_digest(0, frame, 0));
  }
}

TEST(ExtensionFaults, KilledBetweenAnyTwoSteps) {
  const Scratch scratch;
  const SmallRun straight = begun(scratch, "straight", plane, to_the_later_end);
  const SmallRun done = begun(scratch, "done", plane);
  bool is_killed = true;
  int point = 0;
  while (is_killed) {
    const std::string number = std::to_string(++point);
    ASSERT_LT(point, 20);
    const SmallRun run = copy_of(done, "killed-" + number);
    const Outcome outcome =
        run.run(2, with_resume(to_the_later_end), "kill-extension,step=" + number);
    is_killed = outcome.status != 0;
    expect_whole(run);
    const Outcome resumed = run.run(1 + point % 3, with_resume(to_the_later_end));
    EXPECT_EQ(resumed.status, 0) << resumed.output;
    expect_equal(run, straight);
    EXPECT_FALSE(fs::exists(run.path() / "trajectory.h5.tmp"));
  }
  EXPECT_GE(point, 6);  // draft, three frames on rank 0, before and after the renaming
}

TEST(ExtensionFaults, KilledAndThenNotAskedForAgain) {
  const Scratch scratch;
  const SmallRun done = begun(scratch, "done", plane);
  const SmallRun regretted = copy_of(done, "regretted");
  regretted.run(2, with_resume(to_the_later_end), "kill-extension,step=1");
  EXPECT_TRUE(fs::exists(regretted.path() / "trajectory.h5.tmp"));
  EXPECT_EQ(regretted.run(1, {"--resume"}).status, 0);
  EXPECT_FALSE(fs::exists(regretted.path() / "trajectory.h5.tmp"));
  EXPECT_EQ(regretted.results(), done.results());
}

TEST(ExtensionFaults, KilledAtRandomTimes) {
  const Scratch scratch;
  const SmallRun straight = begun(scratch, "straight", plane, to_the_later_end);
  const SmallRun run = begun(scratch, "random", plane);
  std::mt19937 random(5);
  std::uniform_real_distribution<double> delay(0.0, 0.6);
  for (int trial = 0; trial < 4; ++trial) {
    Program program(on_ranks(2, run.words(with_resume(to_the_later_end))),
                    run.options("pause=0.05"));
    std::this_thread::sleep_for(std::chrono::duration<double>(0.2 + delay(random)));
    for (const auto& [rank, pid] : program.ranks()) kill(pid, SIGKILL);
    program.wait();
    expect_whole(run);
  }
  EXPECT_EQ(run.run(3, with_resume(to_the_later_end)).status, 0);
  expect_equal(run, straight);
}

// Changes eight bytes of the values of a frame, wherever they lie.
void damage_frame(const fs::path& file, std::int64_t frame) {
  const std::vector<std::int64_t> frames = {frame};
  const TrajectoryReader reader(file);
  const auto values = reader.read_block(0, 0, frame, Box{{0, 0, 0}, reader.layout().grid.points});
  std::string bytes = read_file(file);
  const std::string wanted(reinterpret_cast<const char*>(values.data()), 64);
  const auto at = bytes.find(wanted);
  ASSERT_NE(at, std::string::npos);
  bytes[at + 3] = static_cast<char>(bytes[at + 3] ^ 1);
  write_file(file, bytes);
}

TEST(ExtensionFaults, RefusesADamagedFrame) {
  const Scratch scratch;
  const SmallRun done = begun(scratch, "done", plane);
  damage_frame(done.path() / "trajectory.h5", 3);
  const std::string before = read_file(done.path() / "trajectory.h5");
  const Outcome outcome = done.run(2, with_resume(to_the_later_end));
  EXPECT_EQ(outcome.status, 4) << outcome.output;
  EXPECT_NE(outcome.output.find("frame 3"), std::string::npos) << outcome.output;
  EXPECT_TRUE(read_file(done.path() / "trajectory.h5") == before);
  EXPECT_FALSE(fs::exists(done.path() / "trajectory.h5.tmp"));
}

// FFTW writes what it knows in any order.
std::multiset<std::string> wisdom_of(const SmallRun& run) {
  std::istringstream text(read_file(run.path() / "fftw_wisdom.txt"));
  std::multiset<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.insert(line);
  return lines;
}

// Plans that were measured are kept with the checkpoint: stopped and continued, again and again,
// a run gives the bits it gives when it goes through.
TEST(RestartSettings, MeasuredPlansAreKept) {
  const Scratch scratch;
  const Words measure = {"--set", "grid.plan=measure", "--set", "grid.points=[60, 56]"};
  Words first = measure;
  first.insert(first.end(), {"--max-walltime", "0.001s"});
  const SmallRun through = begun(scratch, "through", plane, first);
  const SmallRun halting = copy_of(through, "halting");
  const auto wisdom = wisdom_of(through);
  EXPECT_GE(wisdom.size(), 3U);
  ASSERT_EQ(through.run(2, with_resume(measure)).status, 0);
  for (int stop = 0; stop < 3; ++stop) {
    EXPECT_EQ(halting.run(2, with_resume(first)).status, 64);
  }
  ASSERT_EQ(halting.run(2, with_resume(measure)).status, 0);
  EXPECT_EQ(halting.results(), through.results());
  for (const SmallRun* run : {&through, &halting}) {
    EXPECT_EQ(wisdom_of(*run), wisdom);
  }
  const auto file = halting.path() / "fftw_wisdom.txt";
  fs::resize_file(file, fs::file_size(file) / 2);
  const Outcome outcome = halting.run(2, with_resume(measure));
  EXPECT_EQ(outcome.status, 4) << outcome.output;
  EXPECT_NE(outcome.output.find("wisdom"), std::string::npos) << outcome.output;
}

}  // namespace
}  // namespace parapet::testing
