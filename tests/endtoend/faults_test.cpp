// What a run does about faults of numbers, ranks, files and disks.
#include <chrono>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "endtoend/runs.hpp"
#include "io/trajectory_reader.hpp"

namespace parapet::testing {
namespace {

namespace fs = std::filesystem;

// NaN on one rank at one step.
TEST(Faults, NotANumber) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  const Outcome outcome = run.run(3, {}, "nan,rank=1,step=20");
  EXPECT_EQ(outcome.status, 2) << outcome.output;
  for (const char* part :
       {"member 0", "component 0 of u", "wavenumber", "rank ", "time 0.1", "state.blowup.h5"}) {
    EXPECT_NE(outcome.output.find(part), std::string::npos) << part << ": " << outcome.output;
  }
  EXPECT_TRUE(fs::exists(run.path() / "state.blowup.h5"));
  EXPECT_EQ(checkpoints_of(run).at(0).filename(), "checkpoint-00000019.h5");
  // A fault that does not come again is made good from there.
  expect_continues(run, 2);
}

TEST(Faults, OneMemberOfAnEnsemble) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", line_ensemble};
  const Outcome outcome = run.run(2, {"--set", "ensemble.batch=3"}, "nan,step=2,member=4");
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_NE(outcome.output.find("of 7 members blew up"), std::string::npos) << outcome.output;
  const SmallRun strict{scratch, "strict", line_ensemble};
  const std::vector<std::string> stop = {"--set", "ensemble.on_failure=stop", "--set",
                                         "ensemble.batch=3"};
  EXPECT_EQ(strict.run(2, stop, "nan,step=2,member=4").status, 2);
  const SmallRun straight{scratch, "straight", line_ensemble};
  EXPECT_EQ(straight.run(1).status, 0);
  EXPECT_EQ(strict.run(2, {"--resume"}).status, 0);
  EXPECT_EQ(strict.results(), straight.results());
}

// A group other than rank 0's warns once, with its rank, on the terminal and in the log.
TEST(Faults, EveryGroupIsHeard) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", line_ensemble};
  const Outcome outcome =
      run.run(3, {"--set", "ensemble.batch=1", "--set", "ensemble.ranks_per_member=1"},
              "nan,step=2,member=4");
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  const std::string log = read_file(run.path() / "log.txt");
  for (const std::string& text : {outcome.output, log}) {
    EXPECT_EQ(occurrences(text, "[rank 1] warning: the solution blew up: member 4"), 1) << text;
    EXPECT_EQ(occurrences(text, "of 7 members blew up"), 1) << text;
  }
}

// A failure on one rank ends all, with one message.
TEST(Faults, OneRankFails) {
  const Scratch scratch;
  for (const char* fault :
       {"throw-initial,rank=1", "throw-step,rank=1,step=3", "throw-output,rank=0"}) {
    const SmallRun run{scratch, fault, plane};
    const Outcome outcome = run.run(3, {}, fault);
    EXPECT_EQ(outcome.status, 70) << fault << outcome.output;
    EXPECT_FALSE(outcome.has_timed_out);
    EXPECT_EQ(occurrences(outcome.output, "PARAPET_TEST_FAULT"), 1) << outcome.output;
  }
}

// Every rank fails by itself, at once.
TEST(Faults, AllRanksFail) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  const Outcome outcome = run.run(3, {}, "throw-step,step=3");
  EXPECT_EQ(outcome.status, 70) << outcome.output;
  EXPECT_FALSE(outcome.has_timed_out);
  EXPECT_GE(occurrences(outcome.output, "PARAPET_TEST_FAULT"), 1) << outcome.output;
  EXPECT_LE(occurrences(outcome.output, "PARAPET_TEST_FAULT"), 3) << outcome.output;
}

// The input file may change while the ranks start: rank 0 alone reads it, and once. A pipe gives
// its bytes to one reader only.
TEST(Faults, OnlyOneRankReadsTheInput) {
  const Scratch scratch;
  const auto pipe = scratch / "input.toml";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const SmallRun run{scratch, "run", plane};
  Program program(on_ranks(3, {"run", pipe.string(), "--folder", run.path().string()}),
                  run.options());
  int end = -1;
  for (int trial = 0; trial < 2000 && end < 0; ++trial) {
    end = open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_GE(end, 0) << program.wait().output;
  EXPECT_EQ(write(end, plane, std::strlen(plane)), static_cast<ssize_t>(std::strlen(plane)));
  close(end);
  const Outcome outcome = program.wait();
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_EQ(run.results(), undisturbed(plane));
}

// mpirun can start every rank with other words; they could never agree on what to compute.
TEST(Faults, RanksStartedDifferently) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  auto words = on_ranks(1, run.words({"--set", "equation.viscosity=0.02"}));
  words.emplace_back(":");
  const auto others = on_ranks(2, run.words({"--set", "equation.viscosity=0.03"}));
  words.insert(words.end(), others.begin() + 1, others.end());
  const Outcome outcome = Program(words, run.options()).wait();
  EXPECT_EQ(outcome.status, 1) << outcome.output;
  EXPECT_FALSE(outcome.has_timed_out);
  EXPECT_EQ(occurrences(outcome.output, "not all ranks were started with the same command line"), 1)
      << outcome.output;
  EXPECT_FALSE(fs::exists(run.path()));
}

TEST(Faults, DamagedCheckpoints) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  EXPECT_EQ(run.run(2, {"--max-walltime", "0.001s"}).status, 64);
  const auto newest = checkpoints_of(run).at(0);
  fs::resize_file(newest, fs::file_size(newest) / 2);
  const Outcome outcome = run.run(2, {"--resume", "--max-walltime", "0.001s"});
  EXPECT_EQ(outcome.status, 64) << outcome.output;
  EXPECT_NE(outcome.output.find(newest.filename().string()), std::string::npos) << outcome.output;
  for (const auto& path : checkpoints_of(run)) fs::resize_file(path, 100);
  EXPECT_EQ(run.run(2, {"--resume"}).status, 4);
}

// What a continued run builds on and never writes again: the last frame before its checkpoint.
TEST(Faults, DamagedFrameOnRestart) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  EXPECT_EQ(run.run(2, {"--max-walltime", "0.001s"}).status, 64);
  const auto path = run.path() / "trajectory.h5";
  const std::string sound = read_file(path);
  const auto frame = TrajectoryReader(path).read_block(0, 0, 0, {{0, 0, 0}, {32, 24, 1}});
  const std::string stored(reinterpret_cast<const char*>(frame.data()), 8 * frame.size());
  const auto place = sound.find(stored);
  ASSERT_NE(place, std::string::npos);
  std::string flipped = sound;
  flipped[place + stored.size() / 2] = static_cast<char>(flipped[place + stored.size() / 2] ^ 1);
  write_file(path, flipped);
  const Outcome refused = run.run(2, {"--resume"});
  EXPECT_EQ(refused.status, 4);
  EXPECT_NE(refused.output.find("member 0, frame 0: damaged"), std::string::npos) << refused.output;
  write_file(path, sound);
  EXPECT_EQ(run.run(2, {"--resume"}).status, 0);
}

TEST(Faults, OtherSettingsOnRestart) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  EXPECT_EQ(run.run(2, {"--max-walltime", "0.001s"}).status, 64);
  const Outcome refused = run.run(2, {"--resume", "--set", "equation.viscosity=0.03"});
  EXPECT_EQ(refused.status, 4);
  EXPECT_NE(refused.output.find("equation.viscosity was 0.02, is 0.03"), std::string::npos)
      << refused.output;
  EXPECT_EQ(run.run(2, {"--resume", "--set", "checkpoint.steps=7"}).status, 0);
}

}  // namespace
}  // namespace parapet::testing
