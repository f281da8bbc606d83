// Runs that are killed, asked to stop or out of time, and continued.
#include <chrono>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>

#include "endtoend/runs.hpp"

namespace parapet::testing {
namespace {

void sleep_for(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

void kill_all(const Program& program) {
  for (const auto& [rank, pid] : program.ranks()) kill(pid, SIGKILL);
}

std::vector<std::string> resuming(bool is_begun) {
  return is_begun ? std::vector<std::string>{"--resume"} : std::vector<std::string>{};
}

// Killed at any moment, again and again, on changing numbers of ranks.
TEST(Interruptions, KilledAtRandomTimes) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  std::mt19937 random(7);
  std::uniform_real_distribution<double> delay(0.0, 0.3);
  for (int trial = 0; trial < 10; ++trial) {
    const bool is_begun = std::filesystem::exists(run.path() / "input.toml");
    auto options = run.options("pause=0.1");
    // All ranks are killed at once: mpirun need not wait for any.
    options.environment["OMPI_MCA_odls_base_sigkill_timeout"] = "0";
    Program program(on_ranks(1 + trial % 3, run.words(resuming(is_begun))), options);
    program.wait_for("Parapet");
    sleep_for(delay(random));
    kill_all(program);
    const Outcome outcome = program.wait();
    ASSERT_EQ(outcome.output.find("unusable"), std::string::npos) << outcome.output;
    ASSERT_TRUE(outcome.status != 0 && outcome.status != 4) << outcome.output;
    EXPECT_FALSE(outcome.has_timed_out);
  }
  expect_continues(run, 2);
}

// Two components on 1200 x 1200 points: checkpoints of 10 MB, after every step.
std::string large_state() {
  std::string input = changed(plane, "viscosity", "form = \"vector\"\nviscosity");
  input = changed(input, "points = [32, 24]", "points = [1200, 1200]");
  input = changed(input, "end = 0.2", "end = 0.06");
  input = changed(input, "frames = 5", "frames = 2");
  return changed(input, "\"float64\"", "\"float32\"");
}

bool has_leftover(const SmallRun& run) {
  if (!std::filesystem::exists(run.path())) return false;
  for (const auto& entry : std::filesystem::directory_iterator(run.path())) {
    if (entry.path().filename().string().rfind("checkpoint-", 0) == 0 &&
        entry.path().extension() == ".tmp") {
      return true;
    }
  }
  return false;
}

// Killed while a checkpoint is being written, all ranks or one of them: the one before is used, and
// what is left of the unfinished one is cleared away.
TEST(Interruptions, KilledWhileSaving) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", large_state()};
  std::mt19937 random(11);
  std::uniform_real_distribution<double> delay(0.0, 0.03);
  int leftovers = 0;
  for (int trial = 0; trial < 4; ++trial) {
    Program program(on_ranks(2, run.words(resuming(trial > 0))), run.options());
    ASSERT_TRUE(program.wait_for(trial == 0 ? "saved" : "continues")) << program.wait().output;
    while (!has_leftover(run) && !program.ranks().empty()) {
    }
    sleep_for(delay(random));
    const auto ranks = program.ranks();
    ASSERT_EQ(ranks.size(), 2U) << program.wait().output;
    if (trial % 2 == 0) {
      kill_all(program);
    } else {
      kill(ranks.at(trial % 4 / 2), SIGKILL);
    }
    const Outcome outcome = program.wait();
    EXPECT_FALSE(outcome.has_timed_out);
    EXPECT_TRUE(outcome.status != 0 && outcome.status != 4) << outcome.output;
    if (has_leftover(run)) ++leftovers;
  }
  EXPECT_GE(leftovers, 1) << "no kill fell into a checkpoint";
  expect_continues(run, 2);
  EXPECT_FALSE(has_leftover(run));
}

// One rank gone, the others follow.
TEST(Interruptions, OneRankKilled) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  Program program(on_ranks(3, run.words()), run.options("pause=0.05"));
  ASSERT_TRUE(program.wait_for("frame 2"));
  kill(program.ranks().at(1), SIGKILL);
  const Outcome outcome = program.wait();
  EXPECT_NE(outcome.status, 0);
  EXPECT_FALSE(outcome.has_timed_out);
  expect_continues(run, 3);
}

struct Stop {
  int signal;
  int rank;  // −1: mpirun
};

// A request to stop, whoever hears it, is answered with one checkpoint.
TEST(Interruptions, StoppedBySignals) {
  for (const Stop& stop :
       {Stop{SIGUSR1, -1}, Stop{SIGUSR1, 0}, Stop{SIGUSR1, 1}, Stop{SIGTERM, 0}, Stop{SIGINT, 1}}) {
    const Scratch scratch;
    const SmallRun run{scratch, "run", plane};
    Program program(on_ranks(2, run.words({"--set", "checkpoint.steps=1000"})),
                    run.options("pause=0.02"));
    ASSERT_TRUE(program.wait_for("frame 2"));
    if (stop.rank < 0) {
      program.send(stop.signal);
    } else {
      kill(program.ranks().at(stop.rank), stop.signal);
    }
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.status, 64) << outcome.output;
    EXPECT_NE(outcome.output.find("--resume"), std::string::npos) << outcome.output;
    // That of the initial condition, and this one.
    EXPECT_EQ(occurrences(outcome.output, "saved checkpoint-"), 2) << outcome.output;
    expect_continues(run, 3);
  }
}

// Open MPI 4.1 sends the ranks SIGCONT, waits as long as odls_base_sigkill_timeout says, sends
// SIGTERM and soon after kills. Whether or not there is time for a checkpoint, nothing is damaged.
TEST(Interruptions, TerminatedThroughMpirun) {
  for (const char* patience : {"1", "2"}) {
    const Scratch scratch;
    const SmallRun run{scratch, "run", plane};
    auto options = run.options("pause=0.15");
    options.environment["OMPI_MCA_odls_base_sigkill_timeout"] = patience;
    Program program(on_ranks(2, run.words()), options);
    ASSERT_TRUE(program.wait_for("frame 2"));
    program.send(SIGTERM);
    const Outcome outcome = program.wait();
    EXPECT_NE(outcome.status, 0);
    EXPECT_LE(outcome.seconds, 20.0);
    // mpirun passes no more output on.
    const std::string log = read_file(run.path() / "log.txt");
    const bool has_time = patience == std::string("2");
    EXPECT_TRUE(!has_time || log.find("--resume") != std::string::npos) << log;
    expect_continues(run, 2);
  }
}

// Signals in quick succession, and before the run has begun.
TEST(Interruptions, SeveralSignals) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  Program program(on_ranks(2, run.words()), run.options("pause=0.5"));
  ASSERT_TRUE(program.wait_for("frame 1"));
  program.send(SIGUSR1);
  sleep_for(0.1);
  // Straight to the ranks: mpirun, once it is on its way out, forwards nothing and dies of it.
  for (const auto& [rank, process] : program.ranks()) kill(process, SIGUSR1);
  EXPECT_EQ(program.wait().status, 64);
  {
    Program early(on_ranks(2, run.words({"--resume"})), run.options("pause=0.05"));
    sleep_for(0.15);
    early.send(SIGUSR1);
    early.wait();
  }
  expect_continues(run, 2);
}

// Time up before the first step is done, and never.
// Eight steps of Euler's method pass through memory together.
TEST(Interruptions, SavedAfterSoManyTimeStepsHoweverManyAreTakenAtOnce) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", R"(
[equation]
name = "gray-scott"
[grid]
points = [16, 16]
[method]
name = "finite-difference"
integrator = "euler"
[initial]
kind = "formula"
formulas = ["1", "0.1*cos(2*pi*x)^2"]
[time]
end = 1.0
step = 0.01
[output]
folder = "run"
frames = 2
[checkpoint]
steps = 20
)"};
  const Outcome outcome = run.run(2);
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  for (const int step : {0, 24, 48, 72, 96, 100}) {
    EXPECT_EQ(occurrences(outcome.output, ", step " + std::to_string(step) + "\n"), 1)
        << outcome.output;
  }
  EXPECT_EQ(occurrences(outcome.output, "saved checkpoint-"), 6) << outcome.output;
}

TEST(Interruptions, OutOfTime) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  const Outcome outcome = run.run(2, {"--max-walltime", "0.001s"});
  EXPECT_EQ(outcome.status, 64) << outcome.output;
  EXPECT_NE(outcome.output.find("step 1"), std::string::npos) << outcome.output;
  EXPECT_EQ(run.run(2, {"--resume", "--max-walltime", "1h"}).status, 0);
  EXPECT_EQ(run.results(), undisturbed(plane));
}

// Asked while a checkpoint is being written: that one is finished, and the next is the last.
TEST(Interruptions, StoppedWhileSaving) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", large_state()};
  Program program(on_ranks(2, run.words()), run.options());
  ASSERT_TRUE(program.wait_for("frame 1"));
  while (!has_leftover(run) && !program.ranks().empty()) {
  }
  kill(program.ranks().at(1), SIGUSR1);
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.status, 64) << outcome.output;
  EXPECT_FALSE(has_leftover(run));
  EXPECT_EQ(occurrences(outcome.output, "saved checkpoint-00000001.h5"), 1) << outcome.output;
  expect_continues(run, 2);
}

// Time up in the last of two steps, as near as a clock can tell: the final state is saved once.
TEST(Interruptions, OutOfTimeInTheLastStep) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", changed(plane, "step = 0.005", "step = 0.1")};
  const std::vector<std::string> rare = {"--set", "output.frames=2", "--set",
                                         "diagnostics.interval=0.2"};
  auto words = rare;
  words.insert(words.end(), {"--max-walltime", "0.9s"});
  Outcome outcome = run.run(2, words, "pause=0.5");
  std::string log = outcome.output;
  if (outcome.status == 64) {  // a slow machine
    words = rare;
    words.emplace_back("--resume");
    outcome = run.run(2, words);
    log += outcome.output;
  }
  EXPECT_EQ(outcome.status, 0) << log;
  EXPECT_EQ(occurrences(log, "saved checkpoint-00000002.h5"), 1) << log;
  EXPECT_EQ(
      run.run(2, {"--resume", "--set", "output.frames=2", "--set", "diagnostics.interval=0.2"})
          .status,
      0);
  EXPECT_EQ(checkpoints_of(run).at(0).filename(), "checkpoint-00000002.h5");
}

// Step by step, each on another number of ranks than the one before, also on more than there are
// rows.
TEST(Interruptions, ContinuedOnOtherNumbersOfRanks) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", changed(plane, "points = [32, 24]", "points = [6, 10]")};
  bool is_begun = false;
  for (const int ranks : {1, 3, 2, 7, 4}) {
    auto words = resuming(is_begun);
    words.insert(words.end(), {"--max-walltime", "0.001s"});
    const Outcome outcome = run.run(ranks, words);
    ASSERT_EQ(outcome.status, 64) << ranks << " ranks" << outcome.output;
    is_begun = true;
  }
  EXPECT_EQ(checkpoints_of(run).at(0).filename(), "checkpoint-00000005.h5");
  expect_continues(run, 2);
}

// A rank that has nothing to do passes on what it is told.
TEST(Interruptions, IdleRankIsAskedToStop) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", line_ensemble};
  Program program(on_ranks(2, run.words({"--set", "ensemble.members=1"})),
                  run.options("pause=0.05"));
  ASSERT_TRUE(program.wait_for("frame 1"));
  kill(program.ranks().at(1), SIGUSR1);
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.status, 64) << outcome.output;
}

TEST(Interruptions, EnsembleKilledAndStopped) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", line_ensemble};
  const std::vector<std::string> singly = {"--set", "ensemble.batch=1"};
  {
    Program program(on_ranks(2, run.words(singly)), run.options("pause=0.02"));
    program.wait_for("members");
    sleep_for(0.5);
    kill_all(program);
    EXPECT_NE(program.wait().status, 0);
  }
  {
    Program program(on_ranks(3, run.words({"--resume", "--set", "ensemble.batch=2"})),
                    run.options("pause=0.05"));
    program.wait_for("members");
    sleep_for(0.3);
    const auto ranks = program.ranks();
    kill(ranks.at(2), SIGUSR1);
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.status, 64) << outcome.output;
  }
  expect_continues(run, 2);
}

}  // namespace
}  // namespace parapet::testing
