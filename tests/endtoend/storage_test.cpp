// What a run does about the storage it writes to: too small, filling up, limited, read-only, taken
// away, failing, or read by others at the same time.
#include <fstream>

#include <gtest/gtest.h>
#include <signal.h>

#include "endtoend/runs.hpp"
#include "support/small_disk.hpp"

namespace parapet::testing {
namespace {

namespace fs = std::filesystem;

// Two frames of 1.6 MB and checkpoints of 1.4 MB.
std::string wide_plane() {
  const auto wide = changed(plane, "points = [32, 24]", "points = [768, 512]");
  const auto short_one = changed(wide, "end = 0.2", "end = 0.06");
  return changed(changed(short_one, "frames = 5", "frames = 2"), "\"float64\"", "\"float32\"");
}

void expect_whole(const SmallRun& run) {
  for (const auto& entry : fs::directory_iterator(run.path())) {
    EXPECT_NE(entry.path().extension(), ".tmp") << entry.path();
  }
}

TEST(Storage, FolderIsRefusedUnlessARunCanUseIt) {
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

TEST(Storage, ReadOnlyDiskIsRefusedAtTheStart) {
  const Scratch scratch;
  SmallDisk disk(scratch / "disk", "1m");
  if (!disk.reason().empty()) GTEST_SKIP() << disk.reason();
  disk.make_read_only();
  ASSERT_EQ(disk.reason(), "");
  write_file(scratch / "cube.toml", cube);
  const Outcome outcome = parapet(
      2, {"run", (scratch / "cube.toml").string(), "--folder", (scratch / "disk/run").string()},
      {});
  EXPECT_EQ(outcome.status, 3) << outcome.output;
  EXPECT_EQ(occurrences(outcome.output, "Read-only file system"), 1) << outcome.output;
}

TEST(Storage, FolderRemovedWhileRunningIsReported) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", plane};
  Program program(on_ranks(2, run.words()), run.options("pause=0.05"));
  ASSERT_TRUE(program.wait_for("frame 2"));
  fs::rename(run.path(), scratch / "elsewhere");
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.status, 3) << outcome.output;
  EXPECT_FALSE(outcome.has_timed_out);
  EXPECT_NE(outcome.output.find(run.path().string()), std::string::npos) << outcome.output;
  // Nothing of what it had done is lost.
  fs::rename(scratch / "elsewhere", run.path());
  expect_continues(run, 2);
}

struct TooSmall {
  const char* disk;
  const char* what;  // that does not fit
  std::size_t checkpoints;
};

// Refused before anything of it is written, what was written before is intact, and with more space
// the run goes on as if nothing had happened.
TEST(Storage, FullDiskIsRefusedBeforeWriting) {
  const auto input = wide_plane();
  for (const TooSmall& small :
       {TooSmall{"2m", "the trajectory", 0}, TooSmall{"4300k", "the first checkpoint", 0},
        TooSmall{"7100k", "the third checkpoint", 2}}) {
    const Scratch scratch;
    SmallDisk disk(scratch / "disk", small.disk);
    if (!disk.reason().empty()) GTEST_SKIP() << disk.reason();
    const SmallRun run{scratch, "disk/run", input};
    const Outcome outcome = run.run(2);
    EXPECT_EQ(outcome.status, 3) << small.what << outcome.output;
    EXPECT_FALSE(outcome.has_timed_out) << small.what;
    EXPECT_NE(outcome.output.find("need "), std::string::npos) << small.what << outcome.output;
    EXPECT_NE(outcome.output.find("have "), std::string::npos) << small.what << outcome.output;
    EXPECT_EQ(checkpoints_of(run).size(), small.checkpoints) << small.what;
    expect_whole(run);
    disk.resize("32m");
    ASSERT_EQ(disk.reason(), "");
    expect_continues(run, 2);
  }
}

void fill(const fs::path& file) {
  std::ofstream greedy(file, std::ios::binary);
  const std::string piece(4096, 'x');
  while (greedy.write(piece.data(), 4096).flush()) {
  }
}

// Another program takes the space that was there when the run began.
TEST(Storage, DiskThatFillsUpLosesNothing) {
  const Scratch scratch;
  SmallDisk disk(scratch / "disk", "16m");
  if (!disk.reason().empty()) GTEST_SKIP() << disk.reason();
  const SmallRun run{scratch, "disk/run", wide_plane()};
  Program program(on_ranks(2, run.words()), run.options("pause=0.1"));
  ASSERT_TRUE(program.wait_for("saved checkpoint-00000003.h5"));
  fill(scratch / "disk/greedy");
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.status, 3) << outcome.output;
  EXPECT_FALSE(outcome.has_timed_out);
  EXPECT_EQ(checkpoints_of(run).size(), 2U);
  fs::remove(scratch / "disk/greedy");
  expect_continues(run, 2);
}

// ulimit -f: the signal it sends is no way to end.
TEST(Storage, FileSizeLimitIsRefusedBeforeWriting) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", changed(plane, "frames = 5", "frames = 20001")};
  const std::vector<std::string> limited = {"bash", "-c", "ulimit -f 65536 && exec \"$@\"", "bash"};
  const Outcome outcome = Program(on_ranks(2, run.words(), limited), run.options()).wait();
  EXPECT_EQ(outcome.status, 3) << outcome.output;
  EXPECT_EQ(occurrences(outcome.output, "ulimit -f"), 1) << outcome.output;
}

// A notebook that has the files of a run open neither stops it, nor its continuation, whatever it
// asks of HDF5's locks.
TEST(Storage, ReadersNeverBlockTheRun) {
  const auto input = changed(plane, "steps = 1", "steps = 5");
  for (const char* locking : {"TRUE", "FALSE", "BEST_EFFORT"}) {
    const Scratch scratch;
    const SmallRun run{scratch, "run", input};
    auto options = run.options("pause=0.02");
    options.environment["HDF5_USE_FILE_LOCKING"] = locking;
    Program first(on_ranks(2, run.words()), options);
    ASSERT_TRUE(first.wait_for("frame 2"));
    Program reader(python("hold_open.py", {(run.path() / "trajectory.h5").string()}), options);
    ASSERT_TRUE(reader.wait_for("holding 1 files")) << reader.wait().output;
    kill(first.ranks().at(1), SIGUSR1);
    const Outcome stopped = first.wait();
    ASSERT_EQ(stopped.status, 64) << locking << stopped.output;
    const auto saved = checkpoints_of(run);
    Program other(python("hold_open.py", {saved.at(0).string(), saved.at(1).string()}), options);
    ASSERT_TRUE(other.wait_for("holding 2 files")) << other.wait().output;
    options.environment.erase("PARAPET_TEST_FAULT");  // no more pauses
    const Outcome resumed = parapet(2, run.words({"--resume"}), options);
    EXPECT_EQ(resumed.status, 0) << locking << resumed.output;
    EXPECT_EQ(run.results(), undisturbed(run.input)) << locking;
    EXPECT_EQ(parapet(1, run.words({"--overwrite"}), options).status, 0) << locking;
  }
}

// Calls on files return errors where calls on communicators end the program: none is passed over.
// On more ranks than planes blocks lie in short runs and are written through MPI-IO.
TEST(Storage, ErrorsOfMpiIoAreNeverPassedOver) {
  const auto input = changed(cube, "points = [12, 9, 10]", "points = [3, 8, 10]");
  for (const char* fault : {"open", "view", "write", "short"}) {
    const Scratch scratch;
    const SmallRun run{scratch, "run", input};
    auto options = run.options();
    options.environment["PARAPET_TEST_MPI_FILE"] = fault;
    const Outcome outcome =
        Program(on_ranks(4, run.words(), {"-x", "LD_PRELOAD=" MPI_FILE_FAULTS}), options).wait();
    EXPECT_EQ(outcome.status, 3) << fault << outcome.output;
    EXPECT_FALSE(outcome.has_timed_out) << fault;
    EXPECT_NE(outcome.output.find(run.path().string()), std::string::npos) << outcome.output;
    EXPECT_TRUE(checkpoints_of(run).empty()) << fault;
    expect_continues(run, 4);
  }
}

}  // namespace
}  // namespace parapet::testing
