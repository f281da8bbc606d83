// Checkpoints that are damaged, foreign or made to do harm: refused by name, never read wrongly, no
// crash, no hang.
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include <gtest/gtest.h>
#include <hdf5.h>

#include "checkpoint_samples.hpp"
#include "failure_code.hpp"
#include "hostile_datasets.hpp"
#include "io/checkpoint_seal.hpp"
#include "io/posix_file.hpp"
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

}  // namespace
}  // namespace parapet
