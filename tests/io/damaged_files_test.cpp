// Checkpoints and trajectories that are damaged, foreign or made to do harm: refused by name, never
// read wrongly, no crash, no hang.
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include <gtest/gtest.h>
#include <hdf5.h>

#include "checkpoint_samples.hpp"
#include "failure_code.hpp"
#include "io/checkpoint_seal.hpp"
#include "io/posix_file.hpp"
#include "io/trajectory_file.hpp"
#include "io/trajectory_reader.hpp"
#include "scratch_folder.hpp"

namespace parapet {
namespace {

namespace fs = std::filesystem;

const Communicator& world() {
  static const Communicator communicator = Communicator::world();
  return communicator;
}

/// Two checkpoints, of which the newer one is there to be damaged.
class Damaged : public testing::Test {
 protected:
  Damaged() : folder_(world()) {
    CheckpointStore store(folder_.path());
    store.write(world(), CheckpointSample(world(), 1).content);
    newer_ = store.write(world(), CheckpointSample(world(), 2).content);
    sound_ = bytes_of(newer_);
    world().barrier();
  }

  /// Replaces the newer checkpoint; the older must be used instead, and the reason be told.
  void expect_fall_back_from(const std::string& bytes, const std::string& what) {
    if (world().is_root()) set_bytes(newer_, bytes);
    expect_fall_back(what);
  }
  void expect_fall_back(const std::string& what, const std::string& reason = "refused") {
    world().barrier();
    std::string log;
    CheckpointStore::Options options;
    options.log = [&](const std::string& line) { log += line; };
    const auto expected = CheckpointSample::expectation(world(), 0);
    const auto begin = std::chrono::steady_clock::now();
    const auto loaded = CheckpointStore(folder_.path(), "", options).load(world(), expected);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(taken.count(), 5.0) << what;
    ASSERT_TRUE(loaded.has_value());
    EXPECT_TRUE(CheckpointSample::matches(*loaded, expected, 1)) << what;
    if (world().is_root()) {
      EXPECT_NE(log.find("checkpoint-00000002.h5"), std::string::npos) << what;
      EXPECT_NE(log.find(reason), std::string::npos) << what << ": " << log;
    }
    world().barrier();
  }

  /// Changes the newer checkpoint through HDF5 and seals it again, as a forger would.
  void expect_forgery_refused(const std::string& reason, const std::function<void(hid_t)>& forge) {
    if (world().is_root()) {
      set_bytes(newer_, sound_);
      const hid_t file = H5Fopen(newer_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
      forge(file);
      H5Fclose(file);
      const PosixFile sealed(newer_, PosixFile::Mode::read_write);
      seal_checkpoint(sealed, body_digest(sealed, 0, 1));
    }
    expect_fall_back(reason, reason);
  }

  ScratchFolder folder_;
  fs::path newer_;
  std::string sound_;
};

TEST_F(Damaged, TruncatedCheckpointsAreRefused) {
  const std::size_t size = sound_.size();
  for (const std::size_t kept :
       {std::size_t{0}, std::size_t{1}, std::size_t{96}, std::size_t{512}, std::size_t{2048},
        size / 10, size / 2, size * 9 / 10, size * 99 / 100, size - 1}) {
    expect_fall_back_from(sound_.substr(0, kept), "cut to " + std::to_string(kept));
  }
  expect_fall_back_from(sound_ + '\0', "one byte longer");
}

TEST_F(Damaged, EveryFlippedBitIsFound) {
  std::mt19937_64 random(7);
  const int trials = world().size() == 1 ? 500 : 20;
  for (int trial = 0; trial < trials; ++trial) {
    auto bytes = sound_;
    const std::size_t range = trial % 2 == 0 ? bytes.size() : 2048;
    const std::size_t bit = random() % (8 * range);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    expect_fall_back_from(bytes, "bit " + std::to_string(bit));
    if (HasFatalFailure()) return;
  }
}

TEST_F(Damaged, NoUsableOneIsAFailureThatNamesEach) {
  if (world().is_root()) {
    set_bytes(newer_, "not a checkpoint at all");
    set_bytes(folder_.path() / "checkpoint-00000001.h5", sound_.substr(0, 1000));
  }
  world().barrier();
  const auto outcome = outcome_of([&] {
    CheckpointStore(folder_.path()).load(world(), CheckpointSample::expectation(world(), 0));
  });
  EXPECT_EQ(outcome.code, ExitCode::unusable_file);
  EXPECT_TRUE(outcome.is_collective);
  for (const auto* text :
       {"checkpoint-00000001.h5", "checkpoint-00000002.h5", "too short", "1000 bytes long"}) {
    EXPECT_NE(outcome.message.find(text), std::string::npos) << outcome.message;
  }
}

TEST_F(Damaged, AForeignRunsCheckpointIsRefused) {
  auto expected = CheckpointSample::expectation(world(), 0);
  const auto refuse = [&](const std::string& reason) {
    const auto outcome =
        outcome_of([&] { CheckpointStore(folder_.path()).load(world(), expected); });
    EXPECT_EQ(outcome.code, ExitCode::unusable_file);
    EXPECT_NE(outcome.message.find(reason), std::string::npos) << outcome.message;
    expected = CheckpointSample::expectation(world(), 0);
  };
  expected.model = "heat";
  refuse("has model \"burgers\", not \"heat\"");
  expected.config_hash = 43;
  refuse("config_hash");
  expected.arrays["u"].shape = {7, 5, 5};
  refuse("is 7 x 5 x 4, not 7 x 5 x 5");
  expected.arrays["v"] = {{1, 1, 1}, {}};
  refuse("/arrays/v is missing");
}

template <class T>
void set_number(hid_t object, const char* name, hid_t type, T value) {
  const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  H5Awrite(attribute, type, &value);
  H5Aclose(attribute);
}

void set_value(hid_t file, const char* name, hid_t type, const void* values) {
  const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
  H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  H5Dclose(dataset);
}

TEST_F(Damaged, AForgedFieldIsRefusedByName) {
  expect_forgery_refused("format_version", [](hid_t file) {
    set_number<std::int64_t>(file, "format_version", H5T_NATIVE_INT64, 2);
  });
  expect_forgery_refused(
      "step", [](hid_t file) { set_number<std::int64_t>(file, "step", H5T_NATIVE_INT64, -1); });
  expect_forgery_refused("time", [](hid_t file) {
    set_number(file, "time", H5T_NATIVE_DOUBLE, std::numeric_limits<double>::infinity());
  });
  expect_forgery_refused("config_hash", [](hid_t file) {
    set_number<std::uint64_t>(file, "config_hash", H5T_NATIVE_UINT64, 41);
  });
  expect_forgery_refused("/complete", [](hid_t file) {
    const std::uint64_t zero = 0;
    set_value(file, "complete", H5T_NATIVE_UINT64, &zero);
  });
  expect_forgery_refused("/complete is missing",
                         [](hid_t file) { H5Ldelete(file, "complete", H5P_DEFAULT); });
  expect_forgery_refused("digest of array line", [](hid_t file) {
    const std::uint64_t digests[] = {1, 2};
    set_value(file, "digests", H5T_NATIVE_UINT64, digests);
  });
  expect_forgery_refused("digest of array line", [](hid_t file) {
    const std::vector<double> other(11, 0.5);
    set_value(file, "arrays/line", H5T_NATIVE_DOUBLE, other.data());
  });
  expect_forgery_refused("array u holds nan", [](hid_t file) {
    const std::vector<double> other(140, std::nan(""));
    set_value(file, "arrays/u", H5T_NATIVE_DOUBLE, other.data());
  });
}

/// Ways to put something in the place of a dataset that a reader should not touch.
struct Hostile {
  std::string name;
  std::function<void(hid_t file, const char* at, int axes, const hsize_t* extents)> plant;
};

hid_t make(hid_t file, const char* at, hid_t type, int axes, const hsize_t* extents,
           hid_t properties) {
  const hid_t space = H5Screate_simple(axes, extents, nullptr);
  const hid_t made = H5Dcreate2(file, at, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
  H5Sclose(space);
  H5Dclose(made);
  return made;
}

std::vector<Hostile> hostiles() {
  const auto of_type = [](hid_t type) {
    return [type](hid_t file, const char* at, int axes, const hsize_t* extents) {
      make(file, at, type, axes, extents, H5P_DEFAULT);
    };
  };
  const hid_t text = H5Tcopy(H5T_C_S1);
  H5Tset_size(text, H5T_VARIABLE);
  const hid_t compound = H5Tcreate(H5T_COMPOUND, 8);
  H5Tinsert(compound, "a", 0, H5T_IEEE_F64LE);
  const hid_t odd = H5Tcopy(H5T_IEEE_F64LE);
  H5Tset_ebias(odd, 1000);
  return {
      {"external link",
       [](hid_t file, const char* at, int, const hsize_t*) {
         H5Lcreate_external("/etc/passwd", "/x", file, at, H5P_DEFAULT, H5P_DEFAULT);
       }},
      {"soft link",
       [](hid_t file, const char* at, int, const hsize_t*) {
         H5Lcreate_soft("/provenance", file, at, H5P_DEFAULT, H5P_DEFAULT);
       }},
      {"link to itself",
       [](hid_t file, const char* at, int, const hsize_t*) {
         H5Lcreate_soft((std::string("/") + at).c_str(), file, at, H5P_DEFAULT, H5P_DEFAULT);
       }},
      {"group",
       [](hid_t file, const char* at, int, const hsize_t*) {
         H5Gclose(H5Gcreate2(file, at, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
       }},
      {"external storage",
       [](hid_t file, const char* at, int axes, const hsize_t* extents) {
         const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
         H5Pset_external(properties, "/etc/passwd", 0, H5F_UNLIMITED);
         make(file, at, H5T_IEEE_F64LE, axes, extents, properties);
         H5Pclose(properties);
       }},
      {"virtual dataset",
       [](hid_t file, const char* at, int axes, const hsize_t* extents) {
         const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
         const hid_t space = H5Screate_simple(axes, extents, nullptr);
         H5Pset_virtual(properties, space, "/tmp/other.h5", "/x", space);
         make(file, at, H5T_IEEE_F64LE, axes, extents, properties);
         H5Sclose(space);
         H5Pclose(properties);
       }},
      {"filter that is not allowed",
       [](hid_t file, const char* at, int axes, const hsize_t* extents) {
         const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
         H5Pset_chunk(properties, axes, extents);
         H5Pset_scaleoffset(properties, H5Z_SO_FLOAT_DSCALE, 2);
         make(file, at, H5T_IEEE_F64LE, axes, extents, properties);
         H5Pclose(properties);
       }},
      {"extents of 2^60",
       [](hid_t file, const char* at, int axes, const hsize_t* extents) {
         std::vector<hsize_t> huge(extents, extents + axes), chunk(huge.size(), 1);
         huge[0] = hsize_t{1} << 60;
         const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
         H5Pset_chunk(properties, axes, chunk.data());
         make(file, at, H5T_IEEE_F64LE, axes, huge.data(), properties);
         H5Pclose(properties);
       }},
      {"text", of_type(text)},
      {"compound", of_type(compound)},
      {"integers", of_type(H5T_STD_I32LE)},
      {"floating point that is not IEEE", of_type(odd)},
  };
}

TEST_F(Damaged, HostileArraysInACheckpointAreRefused) {
  const hsize_t extents[] = {7, 5, 4};
  for (const auto& hostile : hostiles()) {
    SCOPED_TRACE(hostile.name);
    expect_forgery_refused("/arrays/u", [&](hid_t file) {
      H5Ldelete(file, "arrays/u", H5P_DEFAULT);
      hostile.plant(file, "arrays/u", 3, extents);
    });
  }
}

/// Opens a trajectory as an attacker would who leaves off the seal.
hid_t open_unsealed(const fs::path& path) {
  auto bytes = bytes_of(path);
  bytes.pop_back();
  set_bytes(path, bytes);
  return H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
}

TEST(HostileTrajectory, IsRefusedBeforeAnythingIsRead) {
  if (!world().is_root()) return;
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
  if (!world().is_root()) return;
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
  if (!world().is_root()) return;
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
  if (!world().is_root()) return;
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
