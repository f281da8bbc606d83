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

// The results of `input` left alone, computed once.
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

void kill_all(const Program& program) {
  for (const auto& [rank, pid] : program.ranks()) kill(pid, SIGKILL);
}

// A1: killed at any moment, again and again, on changing numbers of ranks.
TEST(Interruptions, KilledAtRandomTimes) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  std::mt19937 random(7);
  std::uniform_real_distribution<double> delay(0.0, 0.5);
  for (int trial = 0; trial < 10; ++trial) {
    const int ranks = 1 + trial % 3;
    const bool is_begun = std::filesystem::exists(run.path() / "input.toml");
    const auto words =
        run.words(is_begun ? std::vector<std::string>{"--resume"} : std::vector<std::string>{});
    Program program(on_ranks(ranks, words), run.options("pause=0.01"));
    program.wait_for("Parapet");
    sleep_for(delay(random));
    kill_all(program);
    const Outcome outcome = program.wait();
    EXPECT_LE(outcome.seconds, 15.0);
    EXPECT_EQ(outcome.output.find("begun anew"), std::string::npos);
    if (outcome.status == 0) break;
    ASSERT_NE(outcome.status, 4) << outcome.output;
  }
  expect_continues(run, 2);
}

// A2: one rank gone, the others follow.
TEST(Interruptions, OneRankKilled) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  Program program(on_ranks(3, run.words()), run.options("pause=0.05"));
  ASSERT_TRUE(program.wait_for("frame 2"));
  kill(program.ranks().at(1), SIGKILL);
  const Outcome outcome = program.wait();
  EXPECT_NE(outcome.status, 0);
  EXPECT_LE(outcome.seconds, 20.0);
  expect_continues(run, 3);
}

struct Stop {
  int signal;
  int rank;  // −1: mpirun
};

// A3, A4: a request to stop, whoever hears it.
TEST(Interruptions, StoppedBySignals) {
  for (const Stop& stop :
       {Stop{SIGUSR1, -1}, Stop{SIGUSR1, 0}, Stop{SIGUSR1, 1}, Stop{SIGTERM, 0}, Stop{SIGINT, 1}}) {
    const Scratch scratch;
    const SmallRun run{scratch, "run", plane};
    Program program(on_ranks(2, run.words()), run.options("pause=0.02"));
    ASSERT_TRUE(program.wait_for("frame 2"));
    if (stop.rank < 0) {
      program.send(stop.signal);
    } else {
      kill(program.ranks().at(stop.rank), stop.signal);
    }
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.status, 64) << outcome.output;
    EXPECT_NE(outcome.output.find("--resume"), std::string::npos) << outcome.output;
    expect_continues(run, 3);
  }
}

// A4: Open MPI 4.1 sends the ranks SIGCONT, waits as long as odls_base_sigkill_timeout says, sends
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

// A5: signals in quick succession, and before the run has begun.
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

// A6: time up before the first step is done, and never.
TEST(Interruptions, OutOfTime) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  const Outcome outcome = run.run(2, {"--max-walltime", "0.001s"});
  EXPECT_EQ(outcome.status, 64) << outcome.output;
  EXPECT_NE(outcome.output.find("step 1"), std::string::npos) << outcome.output;
  EXPECT_EQ(run.run(2, {"--resume", "--max-walltime", "1h"}).status, 0);
  EXPECT_EQ(run.results(), undisturbed(plane));
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
