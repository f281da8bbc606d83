// What a run does about faults of numbers, ranks, files and disks.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include "endtoend/runs.hpp"

namespace parapet::testing {
namespace {

namespace fs = std::filesystem;

std::string newest_checkpoint(const SmallRun& run) {
  std::string newest;
  for (const auto& entry : fs::directory_iterator(run.path())) {
    const std::string name = entry.path().filename().string();
    if (name.rfind("checkpoint-", 0) == 0 && name > newest) newest = name;
  }
  return newest;
}

// E1: NaN on one rank at one step.
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
  EXPECT_EQ(newest_checkpoint(run), "checkpoint-00000019.h5");
  // A fault that does not come again is made good from there.
  const SmallRun straight{scratch, "straight", plane};
  EXPECT_EQ(straight.run(1).status, 0);
  EXPECT_EQ(run.run(2, {"--resume"}).status, 0);
  EXPECT_EQ(run.results(), straight.results());
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

// F1: a failure on one rank ends all, with its message.
TEST(Faults, OneRankFails) {
  const Scratch scratch;
  for (const char* fault :
       {"throw-initial,rank=1", "throw-step,rank=1,step=3", "throw-output,rank=0"}) {
    const SmallRun run{scratch, fault, plane};
    const Outcome outcome = run.run(3, {}, fault);
    EXPECT_EQ(outcome.status, 70) << fault << outcome.output;
    EXPECT_LE(outcome.seconds, 10.0);
    EXPECT_NE(outcome.output.find("PARAPET_TEST_FAULT"), std::string::npos) << outcome.output;
  }
}

TEST(Faults, DamagedCheckpoints) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  EXPECT_EQ(run.run(2, {"--max-walltime", "0.001s"}).status, 64);
  const auto newest = run.path() / newest_checkpoint(run);
  fs::resize_file(newest, fs::file_size(newest) / 2);
  const Outcome outcome = run.run(2, {"--resume", "--max-walltime", "0.001s"});
  EXPECT_EQ(outcome.status, 64) << outcome.output;
  EXPECT_NE(outcome.output.find(newest.filename().string()), std::string::npos) << outcome.output;
  for (const auto& entry : fs::directory_iterator(run.path())) {
    if (entry.path().filename().string().rfind("checkpoint-", 0) == 0) {
      fs::resize_file(entry.path(), 100);
    }
  }
  EXPECT_EQ(run.run(2, {"--resume"}).status, 4);
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

// B4 and the policy of the run folder.
TEST(Faults, Folders) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", cube};
  EXPECT_EQ(run.run(1, {"--resume"}).status, 4);
  EXPECT_EQ(run.run(1).status, 0);
  EXPECT_EQ(run.run(1).status, 1);
  write_file(run.path() / "mine.txt", "stays");
  EXPECT_EQ(run.run(1, {"--overwrite"}).status, 0);
  EXPECT_EQ(read_file(run.path() / "mine.txt"), "stays");
  EXPECT_EQ(run.run(1, {"--resume"}).status, 0);
  const SmallRun in_file{scratch, "file", cube};
  write_file(in_file.path(), "");
  EXPECT_EQ(in_file.run(1).status, 3);
  const SmallRun dangling{scratch, "dangling", cube};
  fs::create_symlink(scratch / "nowhere", dangling.path());
  EXPECT_EQ(dangling.run(1).status, 3);
}

// B1: a disk too small for the trajectory, and for the checkpoints beside it.
TEST(Faults, FullDisk) {
  const Scratch scratch;
  const auto disk = scratch / "disk";
  fs::create_directory(disk);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "needs the right to mount a small tmpfs";
  }
  const SmallRun small{scratch, "disk/run", plane};
  write_file(scratch / "plane.toml", plane);
  const Outcome outcome = parapet(2,
                                  {"run", (scratch / "plane.toml").string(), "--folder",
                                   small.path().string(), "--set", "output.frames=41"},
                                  small.options());
  EXPECT_EQ(outcome.status, 3) << outcome.output;
  EXPECT_NE(outcome.output.find("need"), std::string::npos) << outcome.output;
  fs::remove_all(small.path());
  const Outcome later =
      parapet(2, {"run", (scratch / "plane.toml").string(), "--folder", small.path().string()},
              small.options());
  EXPECT_EQ(later.status, 3) << later.output;
  EXPECT_FALSE(later.has_timed_out);
  umount2(disk.c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace parapet::testing
