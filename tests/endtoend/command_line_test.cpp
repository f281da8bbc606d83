// The command line: exit statuses, messages, and what is refused before anything is written.
#include <gtest/gtest.h>

#include "endtoend/runs.hpp"

namespace parapet::testing {
namespace {

namespace fs = std::filesystem;

struct Call {
  std::vector<std::string> arguments;
  int status;
  std::string says;
};

TEST(CommandLine, AnswersAndRefuses) {
  const Scratch scratch;
  write_file(scratch / "cube.toml", cube);
  const std::string input = (scratch / "cube.toml").string();
  write_file(scratch / "lines.toml", line_ensemble);
  const std::string lines = (scratch / "lines.toml").string();
  const std::string particles = (fs::path(INPUTS) / "morse-swarm-particles.toml").string();
  Program::Options options;
  options.folder = scratch.path();
  const std::vector<Call> calls = {
      {{"--help"}, 0, "Exit status"},
      {{"--version"}, 0, "HDF5"},
      {{}, 1, "subcommand"},
      {{"rum"}, 1, "did you mean \"run\""},
      {{"run"}, 1, "input"},
      {{"run", "absent.toml"}, 1, "absent.toml"},
      {{"run", input, input}, 1, "parapet:"},
      {{"run", input, "--set", "a.b=1"}, 1, "[a]"},
      {{"run", input, "--set", "equation.name=burger"}, 1, "one fault in the input"},
      {{"run", input, "--max-walltime", "soon"}, 1, "soon"},
      {{"run", input, "--resume", "--overwrite"}, 1, "excludes"},
      {{"list"}, 0, "burgers"},
      {{"describe", "burgers"}, 0, "viscosity"},
      {{"describe", "burgres"}, 1, "did you mean \"burgers\""},
      {{"info", "absent.h5"}, 1, "absent.h5"},
      {{"check", input, "--ranks", "64"}, 0, "pencils"},
      {{"check", lines, "--ranks", "64"}, 0, "nothing to do"},
      {{"check", particles, "--set", "particles.interaction=auto"},
       0,
       "interaction: mesh (auto: 100 000 particles are too many for all pairs, more than 20 000)"}};
  for (const Call& call : calls) {
    const Outcome outcome = parapet(2, call.arguments, options);
    EXPECT_EQ(outcome.status, call.status) << outcome.output;
    EXPECT_NE(outcome.output.find(call.says), std::string::npos)
        << call.says << ": " << outcome.output;
  }
  EXPECT_FALSE(fs::exists(scratch / "run"));
}

// Every fault at once, in one message, with its place.
TEST(CommandLine, FindsFaultsBeforeTheFirstStep) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", cube};
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"time.step=9", "beyond the end"},     {"time.tolerance=1e-6", "not both"},
      {"output.interval=0.025", "not both"}, {"output.folder=../x", "--folder"},
      {"grid.boundary=wall", "periodic"},    {"ensemble.ranks_per_member=5", "5 ranks"},
      {"checkpoint.every=often", "often"},   {"diagnostics.interval=0", "diagnostics"},
      {"equation.viscosity=-1", "viscosity"}};
  std::vector<std::string> words;
  for (const auto& [setting, says] : faults) words.insert(words.end(), {"--set", setting});
  const Outcome outcome = run.run(2, words);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(occurrences(outcome.output, "faults in the input"), 1) << outcome.output;
  EXPECT_EQ(occurrences(outcome.output, "--set grid.boundary=wall:"), 1) << outcome.output;
  for (const auto& [setting, says] : faults) {
    EXPECT_NE(outcome.output.find(says), std::string::npos) << says << ": " << outcome.output;
  }
  EXPECT_FALSE(fs::exists(run.path()));
}

// Values at the edge of what a grid, a clock or a number of files can be.
TEST(CommandLine, RefusesExtremeValues) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", cube};
  const std::vector<std::vector<std::string>> together = {
      {"grid.points=[1,4,4]", "grid.length=[0]", "time.end=-1", "time.step=1e-320",
       "output.frames=0", "output.folder=/etc/../x", "ensemble.members=0", "checkpoint.steps=0"},
      {"grid.points=[-8,8,8]", "grid.length=[1e308]", "time.end=0", "output.interval=-0.1",
       "ensemble.seed=-1"},
      {"grid.points=[4294967296,4294967296,4294967296]"},
      {"grid.points=[9223372036854775807]"},
      {"grid.points=[8,8,8,8]"},
      {"time.step=1e-18"},
      {"output.frames=9223372036854775807"},
      {"ensemble.members=9223372036854775807"}};
  for (const auto& faults : together) {
    std::vector<std::string> words;
    for (const auto& fault : faults) words.insert(words.end(), {"--set", fault});
    words = run.words(words);
    words.insert(words.begin(), PARAPET);
    const Outcome outcome = Program(words, run.options()).wait();
    EXPECT_EQ(outcome.status, 1) << faults[0] << outcome.output;
    for (const auto& fault : faults) {
      EXPECT_NE(outcome.output.find("--set " + fault), std::string::npos)
          << fault << ": " << outcome.output;
    }
  }
  EXPECT_FALSE(fs::exists(run.path()));
}

TEST(CommandLine, RefusesWhatDoesNotFitTheMemory) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", cube};
  const Outcome outcome = run.run(2, {"--set", "grid.points=[100000,100000,100000]"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.output.find("PB, node has"), std::string::npos) << outcome.output;
  EXPECT_LE(outcome.seconds, 10.0);
}

TEST(CommandLine, VariesOnlyWhatThereIs) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", line_ensemble};
  const Outcome unknown = run.run(1, {"--set", "ensemble.vary.viscosty.distribution=uniform"});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_NE(unknown.output.find("did you mean `viscosity`"), std::string::npos) << unknown.output;
  EXPECT_EQ(run.run(1, {"--set", "ensemble.vary.viscosity.low=-0.1"}).status, 1);
}

TEST(CommandLine, WarnsOfUnstableSteps) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  const Outcome outcome = run.run(1, {"--set", "time.step=0.1", "--set", "output.frames=3", "--set",
                                      "diagnostics.interval=0.2"});
  EXPECT_TRUE(outcome.status == 0 || outcome.status == 2) << outcome.output;
  const bool is_silent =
      outcome.status == 0 && outcome.output.find("too large to be trusted") == std::string::npos;
  EXPECT_FALSE(is_silent) << outcome.output;
}

TEST(CommandLine, RunsInAnyEnvironment) {
  const Scratch scratch;
  const SmallRun usual{scratch, "usual", cube};
  ASSERT_EQ(usual.run(2).status, 0);
  const std::string expected = usual.results();
  const std::vector<std::vector<std::string>> environments = {
      {"LC_ALL=de_DE.UTF-8", "LANG=de_DE.UTF-8", "HOME=/nowhere", "TMPDIR=/nowhere"},
      {"-u", "HOME", "LC_ALL=C", "OMP_NUM_THREADS=0", "OPENBLAS_NUM_THREADS=0"},
      {"-u", "LANG", "LC_ALL=no-such-locale", "TMPDIR="}};
  int number = 0;
  for (const auto& environment : environments) {
    const SmallRun run{scratch, "run" + std::to_string(number++), cube};
    std::vector<std::string> wrapper = {"env"};
    wrapper.insert(wrapper.end(), environment.begin(), environment.end());
    const Outcome outcome = Program(on_ranks(2, run.words(), wrapper), run.options()).wait();
    ASSERT_EQ(outcome.status, 0) << environment.back() << outcome.output;
    EXPECT_EQ(run.results(), expected) << environment.back();
  }
}

TEST(CommandLine, TellsWhatAFileHolds) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", cube};
  ASSERT_EQ(run.run(2).status, 0);
  const Outcome trajectory = parapet(1, {"info", (run.path() / "trajectory.h5").string()}, {});
  EXPECT_EQ(trajectory.status, 0);
  EXPECT_NE(trajectory.output.find("velocity, 3 components"), std::string::npos)
      << trajectory.output;
  const Outcome checkpoint =
      parapet(1, {"info", (run.path() / "checkpoint-00000006.h5").string()}, {});
  EXPECT_EQ(checkpoint.status, 0) << checkpoint.output;
  EXPECT_NE(checkpoint.output.find("step 6"), std::string::npos) << checkpoint.output;
  EXPECT_EQ(parapet(1, {"info", (run.path() / "input.toml").string()}, {}).status, 4);
}

TEST(CommandLine, MeasuresParticles) {
  const Outcome outcome = parapet(2, {"bench", "--short", "--only", "particles"}, {});
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  for (const char* const part : {"kuramoto_noise", "kuramoto_quiet", "kuramoto_cost",
                                 "pairs_reproducible", "double_well_2d", "mesh"}) {
    EXPECT_NE(outcome.output.find(std::string("\"particles_") + part), std::string::npos) << part;
  }
  EXPECT_EQ(outcome.output.find("nan"), std::string::npos) << outcome.output;
  EXPECT_EQ(outcome.output.find("inf"), std::string::npos) << outcome.output;
}

// Every input file of a run beside the program is free of faults.
TEST(CommandLine, ChecksAllInputs) {
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(INPUTS)) {
    const bool is_run = entry.path().extension() == ".toml" &&
                        read_file(entry.path()).find("[equation]") != std::string::npos;
    if (!is_run) continue;
    const Outcome outcome = parapet(2, {"check", entry.path().string()}, {});
    EXPECT_EQ(outcome.status, 0) << outcome.output;
    ++count;
  }
  EXPECT_GE(count, 6);
}

}  // namespace
}  // namespace parapet::testing
