// Storage that is full, limited, read-only, missing or loses what was written to it.
#include <fstream>
#include <optional>

#include <gtest/gtest.h>
#include <mpi.h>
#include <sys/resource.h>

#include "base/mpi_native.hpp"
#include "checkpoint_samples.hpp"
#include "failure_code.hpp"
#include "io/mpi_file.hpp"
#include "io/particle_file.hpp"
#include "io/posix_file.hpp"
#include "io/trajectory_file.hpp"
#include "io/trajectory_reader.hpp"
#include "particle_samples.hpp"
#include "scratch_folder.hpp"
#include "support/small_disk.hpp"

namespace parapet {
namespace {

namespace fs = std::filesystem;

const Communicator& world() {
  static const Communicator communicator = Communicator::world();
  return communicator;
}

/// A content of `megabytes` in one array.
struct LargeContent {
  explicit LargeContent(std::int64_t megabytes, std::int64_t step) {
    const std::int64_t count = megabytes * 125000;
    const Box block = share_of(world(), {{0, 0, 0}, {count, 1, 1}}, 0);
    values.assign(static_cast<std::size_t>(block.size()), 1.5);
    content.model = "large";
    content.step = step;
    content.arrays["u"] = {{count, 1, 1}, block, values};
  }
  std::vector<double> values;
  CheckpointContent content;
};

/// A file system of 6 MB, the same for all ranks.
class SharedDisk {
 public:
  explicit SharedDisk(const fs::path& at) {
    if (world().is_root()) {
      disk_.emplace(at, "6m");
      reason_ = disk_->reason();
    }
    world().broadcast(reason_);
  }
  ~SharedDisk() { world().barrier(); }
  const std::string& reason() const { return reason_; }

 private:
  std::optional<SmallDisk> disk_;
  std::string reason_;
};

void expect_no_leftovers(const fs::path& folder) {
  world().barrier();
  for (const auto& entry : fs::directory_iterator(folder)) {
    EXPECT_NE(entry.path().extension(), ".tmp") << entry.path();
  }
  world().barrier();
}

void expect_refused(const Outcome& outcome, const std::string& text) {
  EXPECT_EQ(outcome.code, ExitCode::input_output) << outcome.message;
  EXPECT_TRUE(outcome.is_collective);
  EXPECT_NE(outcome.message.find(text), std::string::npos) << outcome.message;
}

TEST(FullDisk, StopsACheckpointBeforeAnythingIsWrittenAndKeepsTheOlder) {
  const ScratchFolder folder(world());
  const auto disk_folder = folder.path() / "disk";
  const SharedDisk disk(disk_folder);
  if (!disk.reason().empty()) GTEST_SKIP() << disk.reason();
  CheckpointStore store(disk_folder);
  expect_refused(outcome_of([&] { store.write(world(), LargeContent(9, 1).content); }), "need 9.");
  EXPECT_TRUE(store.list().empty());
  store.write(world(), LargeContent(2, 1).content);
  store.write(world(), LargeContent(2, 2).content);
  expect_refused(outcome_of([&] { store.write(world(), LargeContent(3, 3).content); }), "have ");
  EXPECT_EQ(store.list().size(), 2U);
  expect_no_leftovers(disk_folder);
}

TEST(FullDisk, StopsATrajectoryBeforeItsFirstFrame) {
  const ScratchFolder folder(world());
  const auto disk_folder = folder.path() / "disk";
  const SharedDisk disk(disk_folder);
  if (!disk.reason().empty()) GTEST_SKIP() << disk.reason();
  auto layout = sample_layout(1, Precision::float64);
  layout.grid.points[0] = 100000;
  expect_refused(outcome_of([&] {
                   TrajectoryFile::create(world(), world(), disk_folder, layout, IfPresent::refuse);
                 }),
                 "not enough space on the disk: need ");
  EXPECT_TRUE(fs::is_empty(disk_folder));
}

TEST(FullDisk, StopsAFileOfParticlesBeforeItsFirstFrame) {
  const ScratchFolder folder(world());
  const auto disk_folder = folder.path() / "disk";
  const SharedDisk disk(disk_folder);
  if (!disk.reason().empty()) GTEST_SKIP() << disk.reason();
  auto layout = sample_particles(3, 1, Precision::float64);
  const auto create = [&] {
    return outcome_of(
        [&] { ParticleFile::create(world(), world(), disk_folder, layout, IfPresent::refuse); });
  };
  layout.particles = 20000;  // 8.7 MB in all
  expect_refused(create(), "not enough space on the disk: need ");
  EXPECT_TRUE(fs::is_empty(disk_folder));
  world().barrier();
  layout.particles = 8000;  // 3.5 MB
  EXPECT_EQ(create().code, ExitCode::done);
  expect_no_leftovers(disk_folder);
}

TEST(FullDisk, CannotTakeTheSpaceOfFramesAwayOnceLaidOut) {
  const ScratchFolder folder(world());
  const auto disk_folder = folder.path() / "disk";
  const SharedDisk disk(disk_folder);
  if (!disk.reason().empty()) GTEST_SKIP() << disk.reason();
  auto layout = sample_layout(1, Precision::float64);
  layout.grid.points[0] = 15000;  // 2.9 MB in all
  auto file = TrajectoryFile::create(world(), world(), disk_folder, layout, IfPresent::refuse);
  if (world().is_root()) {
    std::ofstream greedy(disk_folder / "greedy", std::ios::binary);
    const std::vector<char> megabyte(1000000, 'x');
    while (greedy.write(megabyte.data(), 1000000).flush()) {
    }
  }
  world().barrier();
  const Box block = share_of(world(), whole(layout.grid), 0);
  const auto values = sample_block(3, 2, 1, 1, block);
  file.write_frame(3, 2, 1, block, values);
  world().barrier();
  EXPECT_EQ(TrajectoryReader(file.path()).read_block(1, 3, 2, block), values);
}

TEST(FileSizeLimit, IsReportedWithNeedAndHave) {
  const ScratchFolder folder(world());
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit low = before;
  low.rlim_cur = 1000000;
  setrlimit(RLIMIT_FSIZE, &low);
  const auto checkpoint = outcome_of(
      [&] { CheckpointStore(folder.path()).write(world(), LargeContent(2, 1).content); });
  auto layout = sample_layout(1, Precision::float64);
  layout.grid.points[0] = 100000;
  const auto trajectory = outcome_of(
      [&] { TrajectoryFile::create(world(), world(), folder.path(), layout, IfPresent::refuse); });
  setrlimit(RLIMIT_FSIZE, &before);
  expect_refused(checkpoint, "the limit on file sizes (ulimit -f) is too low: need ");
  expect_refused(trajectory, "have 1 MB");
  EXPECT_TRUE(fs::is_empty(folder.path()));
  world().barrier();
}

TEST(LostWrites, AreFoundBeforeTheCheckpointIsPublished) {
  const ScratchFolder folder(world());
  CheckpointStore(folder.path()).write(world(), CheckpointSample(world(), 1).content);
  // A hole where values were written, and a file cut short: what a full disk leaves behind.
  const std::vector<std::function<void(std::string&)>> losses = {
      [](std::string& bytes) {
        const auto at = bytes.find(std::string(8, 'w'));
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(at) + 100000, bytes.end(), '\0');
      },
      [](std::string& bytes) { bytes.resize(bytes.size() - 600); },
      [](std::string& bytes) { bytes.clear(); }};
  for (const auto& lose : losses) {
    CheckpointStore::Options options;
    options.before_verification = [&](const fs::path& path) {
      auto bytes = bytes_of(path);
      lose(bytes);
      set_bytes(path, bytes);
    };
    CheckpointStore store(folder.path(), "", options);
    const auto outcome =
        outcome_of([&] { store.write(world(), CheckpointSample(world(), 2).content); });
    EXPECT_EQ(outcome.code, ExitCode::input_output) << outcome.message;
    EXPECT_TRUE(outcome.is_collective);
    EXPECT_NE(outcome.message.find("storage did not keep"), std::string::npos) << outcome.message;
    ASSERT_EQ(store.list().size(), 1U);
    EXPECT_EQ(store.list()[0].filename(), "checkpoint-00000001.h5");
    expect_no_leftovers(folder.path());
  }
}

TEST(OutputFolder, ThatCannotBeUsedIsRefused) {
  const ScratchFolder folder(world());
  const auto missing = folder.path() / "missing", file = folder.path() / "file",
             dangling = folder.path() / "dangling";
  if (world().is_root()) {
    set_bytes(file, "x");
    fs::create_symlink(missing, dangling);
  }
  world().barrier();
  // /proc takes no new files from anyone, root included.
  for (const fs::path& bad : {missing, file, dangling, fs::path("/proc")}) {
    const auto probe = outcome_of([&] { CheckpointStore(bad).require_writable(world()); });
    expect_refused(probe, bad.string());
    const auto create = outcome_of([&] {
      TrajectoryFile::create(world(), world(), bad, sample_layout(1, Precision::float32),
                             IfPresent::refuse);
    });
    expect_refused(create, bad.string());
    const auto write = outcome_of(
        [&] { CheckpointStore(bad).write(world(), CheckpointSample(world(), 1).content); });
    EXPECT_EQ(write.code, ExitCode::input_output) << write.message;
  }
}

TEST(OutputFolder, ThatDisappearsWhileRunningIsReported) {
  const ScratchFolder folder(world());
  const auto inner = folder.path() / "run";
  if (world().is_root()) fs::create_directories(inner);
  world().barrier();
  CheckpointStore store(inner);
  store.write(world(), CheckpointSample(world(), 1).content);
  if (world().is_root()) fs::remove_all(inner);
  world().barrier();
  const auto outcome =
      outcome_of([&] { store.write(world(), CheckpointSample(world(), 2).content); });
  expect_refused(outcome, inner.string());
}

TEST(OpenReader, NeverBlocksTheWriter) {
  const ScratchFolder folder(world());
  const auto layout = sample_layout(1, Precision::float32);
  auto file = TrajectoryFile::create(world(), world(), folder.path(), layout, IfPresent::refuse);
  const TrajectoryReader reader(file.path());
  const Box block = share_of(world(), whole(layout.grid), 0);
  file.write_frame(0, 0, 0, block, sample_block(0, 0, 0, 1, block));
  world().barrier();
  EXPECT_EQ(reader.recorded_digest(0, 0, 0), reader.stored_digest(0, 0, 0));
  world().barrier();
  EXPECT_NO_THROW(
      TrajectoryFile::create(world(), world(), folder.path(), layout, IfPresent::replace));
  CheckpointStore store(folder.path());
  for (const std::int64_t step : {1, 2, 3}) {
    store.write(world(), CheckpointSample(world(), step).content);
    EXPECT_TRUE(store.load(world(), CheckpointSample::expectation(world(), 0)).has_value());
  }
}

// The sizes at which Open MPI 4.1 lost values in collective writes, in blocks that take that way.
TEST(SmallGrids, AreWrittenRightThroughMpiIo) {
  const ScratchFolder folder(world());
  for (const std::int64_t size : {10, 32}) {
    auto layout = sample_layout(2, Precision::float64);
    layout.grid.points = {size, size, 1};
    auto file = TrajectoryFile::create(world(), world(), folder.path(), layout, IfPresent::replace);
    const Box block = share_of(world(), whole(layout.grid), 1);
    for (int trial = 0; trial < 40; ++trial) {
      file.write_frame(0, 0, 0, block, sample_block(trial, 0, 0, 1, block));
      world().barrier();
      const Box all = whole(layout.grid);
      EXPECT_EQ(TrajectoryReader(file.path()).read_block(0, 0, 0, all),
                sample_block(trial, 0, 0, 1, all))
          << size << ", trial " << trial;
      world().barrier();
    }
  }
}

TEST(MpiIo, TellsWhatFails) {
  const ScratchFolder folder(world());
  const auto outcome = outcome_of([&] { MpiFile(native(world()), folder.path() / "missing"); });
  EXPECT_EQ(outcome.code, ExitCode::input_output);
  EXPECT_NE(outcome.message.find("missing: cannot open"), std::string::npos) << outcome.message;
}

TEST(CartesianCommunicator, IsRefusedWhereFilesAreOpened) {
  const ScratchFolder folder(world());
  const auto path = folder.path() / "file";
  if (world().is_root()) set_bytes(path, std::string(1000, '\0'));
  world().barrier();
  const int sizes[] = {world().size()}, periods[] = {1};
  MPI_Comm cartesian = MPI_COMM_NULL, copy = MPI_COMM_NULL;
  MPI_Cart_create(native(world()), 1, sizes, periods, 0, &cartesian);
  MPI_Comm_dup(cartesian, &copy);
  for (MPI_Comm communicator : {cartesian, copy}) {
    const auto outcome = outcome_of([&] { MpiFile(communicator, path); });
    EXPECT_EQ(outcome.code, ExitCode::internal_error);
    EXPECT_NE(outcome.message.find("topology"), std::string::npos);
  }
  MPI_Comm_free(&copy);
  MPI_Comm_free(&cartesian);
  EXPECT_NO_THROW(MpiFile(native(world()), path));
}

}  // namespace
}  // namespace parapet
