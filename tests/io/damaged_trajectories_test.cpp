// Trajectories that are damaged or made to do harm: refused by name, never read wrongly, no crash,
// no hang.
#include <random>

#include <gtest/gtest.h>
#include <hdf5.h>

#include "checkpoint_samples.hpp"
#include "failure_code.hpp"
#include "hostile_datasets.hpp"
#include "io/trajectory_file.hpp"
#include "io/trajectory_reader.hpp"
#include "scratch_folder.hpp"

namespace parapet {
namespace {

namespace fs = std::filesystem;

/// Opens a trajectory as an attacker would who leaves off the seal.
hid_t open_unsealed(const fs::path& path) {
  auto bytes = bytes_of(path);
  bytes.pop_back();
  set_bytes(path, bytes);
  return H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
}

TEST(HostileTrajectory, IsRefusedBeforeAnythingIsRead) {
  const auto self = Communicator::self();
  const ScratchFolder folder(self);
  const auto layout = sample_layout(1, Precision::float64);
  const auto path = folder.path() / TrajectoryFile::file_name;
  const hsize_t extents[] = {4, 3, 13};
  for (const auto& hostile : hostiles()) {
    SCOPED_TRACE(hostile.name);
    for (const auto& [at, axes] : {std::pair{"t0_fields/u", 3}, std::pair{"dimensions/x", 1}}) {
      TrajectoryFile::create(self, self, folder.path(), layout, IfPresent::replace);
      const hid_t file = open_unsealed(path);
      H5Ldelete(file, at, H5P_DEFAULT);
      hostile.plant(file, at, axes, axes == 1 ? extents + 2 : extents);
      H5Fclose(file);
      const auto outcome = outcome_of([&] { TrajectoryReader{path}; });
      EXPECT_EQ(outcome.code, ExitCode::unusable_file) << outcome.message;
      EXPECT_NE(outcome.message.find(path.string()), std::string::npos) << outcome.message;
    }
  }
}

TEST(HostileTrajectory, WithALinkedGroupIsRefused) {
  const auto self = Communicator::self();
  const ScratchFolder folder(self);
  const auto path = folder.path() / TrajectoryFile::file_name;
  TrajectoryFile::create(self, self, folder.path(), sample_layout(1, Precision::float32),
                         IfPresent::refuse);
  const hid_t file = open_unsealed(path);
  H5Lmove(file, "t0_fields", file, "moved", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("/moved", file, "t0_fields", H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(file);
  const auto outcome = outcome_of([&] { TrajectoryReader{path}; });
  EXPECT_EQ(outcome.code, ExitCode::unusable_file);
  EXPECT_NE(outcome.message.find("is a link to elsewhere"), std::string::npos) << outcome.message;
}

TEST(HostileTrajectory, TruncatedOrEmptyIsRefused) {
  const auto self = Communicator::self();
  const ScratchFolder folder(self);
  const auto path = folder.path() / TrajectoryFile::file_name;
  TrajectoryFile::create(self, self, folder.path(), sample_layout(2, Precision::float32),
                         IfPresent::refuse);
  const auto sound = bytes_of(path);
  for (const std::size_t kept : {std::size_t{0}, std::size_t{1}, std::size_t{96}, std::size_t{2048},
                                 sound.size() / 2, sound.size() - 1000}) {
    set_bytes(path, sound.substr(0, kept));
    EXPECT_EQ(outcome_of([&] { TrajectoryReader{path}; }).code, ExitCode::unusable_file) << kept;
  }
  EXPECT_EQ(outcome_of([&] { TrajectoryReader{folder.path()}; }).code, ExitCode::unusable_file);
  EXPECT_EQ(outcome_of([&] { TrajectoryReader{folder.path() / "none"}; }).code,
            ExitCode::unusable_file);
}

/// Writes the sample's members, with 1000 points on the first axis, and returns the file's bytes.
std::string long_trajectory(const fs::path& folder) {
  const auto self = Communicator::self();
  auto layout = sample_layout(1, Precision::float32);
  layout.grid.points[0] = 1000;
  auto file = TrajectoryFile::create(self, self, folder, layout, IfPresent::refuse);
  for (std::int64_t member = 0; member < 4; ++member) {
    for (std::int64_t frame = 0; frame < 3; ++frame) {
      for (std::size_t field = 0; field < 2; ++field) {
        file.write_frame(member, frame, field, whole(layout.grid),
                         sample_block(member, frame, field, 1, whole(layout.grid)));
      }
    }
  }
  return bytes_of(file.path());
}

/// Whether the reader refuses the file, or a frame of it differs from its digest.
bool is_found_damaged(const fs::path& path) {
  try {
    const TrajectoryReader reader(path);
    for (std::int64_t entry = 0; entry < 4 * 3 * 2; ++entry) {
      const std::int64_t member = entry / 6, frame = entry / 2 % 3;
      const auto field = static_cast<std::size_t>(entry % 2);
      if (reader.recorded_digest(member, frame, field) !=
          reader.stored_digest(member, frame, field)) {
        return true;
      }
    }
  } catch (const Failure& failure) {
    return failure.code() == ExitCode::unusable_file;
  }
  return false;
}

/// HDF5 1.10 itself crashes on some and hangs on others of these.
TEST(DamagedTrajectory, EveryFlippedBitOutsideTheValuesIsFoundAndInsideByTheDigest) {
  const ScratchFolder folder(Communicator::self());
  const auto path = folder.path() / TrajectoryFile::file_name;
  const auto sound = long_trajectory(folder.path());
  EXPECT_FALSE(is_found_damaged(path));
  // What follows the values are certificates and the seal's magic, which may change unnoticed.
  const std::size_t range = sound.size() - 1000;
  std::mt19937_64 random(11);
  int unnoticed = 0;
  for (int trial = 0; trial < 400; ++trial) {
    auto bytes = sound;
    const std::size_t bit = random() % (8 * (trial % 2 == 0 ? range : 4096));
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    set_bytes(path, bytes);
    if (!is_found_damaged(path)) ++unnoticed;
  }
  // Certificates (64 bytes of about 100000) carry no digest.
  EXPECT_LE(unnoticed, 2);
}

}  // namespace
}  // namespace parapet
