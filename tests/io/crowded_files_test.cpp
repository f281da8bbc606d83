// Files made to keep a reader busy: very many attributes or links, long chains of links, paths
// without end. Refused or read, and nothing outside the file is. A reader that does as much work as
// the file asks for runs into the time limit of the whole test.
#include <array>

#include <gtest/gtest.h>
#include <hdf5.h>

#include "checkpoint_samples.hpp"
#include "failure_code.hpp"
#include "io/checkpoint.hpp"
#include "io/checkpoint_seal.hpp"
#include "io/posix_file.hpp"
#include "io/trajectory_file.hpp"
#include "io/trajectory_reader.hpp"
#include "scratch_folder.hpp"

namespace parapet {
namespace {

namespace fs = std::filesystem;

hid_t open_for_forging(const fs::path& path) {
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, access);
  H5Pclose(access);
  return file;
}

/// A sound trajectory and a sound checkpoint, for tests to spoil.
class Crowded : public testing::Test {
 protected:
  Crowded()
      : self_(Communicator::self()),
        folder_(self_),
        trajectory_(folder_.path() / TrajectoryFile::file_name) {
    const auto layout = sample_layout(1, Precision::float64);
    auto file = TrajectoryFile::create(self_, self_, folder_.path(), layout, IfPresent::refuse);
    file.write_frame(1, 2, 0, whole(layout.grid), sample_block(1, 2, 0, 1, whole(layout.grid)));
    checkpoint_ = CheckpointStore(folder_.path()).write(self_, CheckpointSample(self_, 2).content);
  }

  /// As someone would who leaves off the seal.
  hid_t open_trajectory() {
    auto bytes = bytes_of(trajectory_);
    bytes.pop_back();
    set_bytes(trajectory_, bytes);
    return open_for_forging(trajectory_);
  }
  Outcome outcome_of_trajectory() const {
    return outcome_of([&] { TrajectoryReader{trajectory_}; });
  }
  void expect_trajectory_is_read() const {
    const std::vector<std::int64_t> last = {2};
    const auto wanted = sample_block(1, 2, 0, 1, whole(sample_grid(1)));
    EXPECT_EQ(TrajectoryReader(trajectory_).read(0, 1, 1, last),
              std::vector<float>(wanted.begin(), wanted.end()));
  }

  /// Seals the checkpoint again, as a forger would.
  void close_checkpoint(hid_t file) const {
    H5Fclose(file);
    const PosixFile sealed(checkpoint_, PosixFile::Mode::read_write);
    seal_checkpoint(sealed, body_digest(sealed, 0, 1));
  }
  std::optional<LoadedCheckpoint> load_checkpoint() const {
    return CheckpointStore(folder_.path()).load(self_, CheckpointSample::expectation(self_, 0));
  }
  void expect_checkpoint_is_read() const {
    const auto loaded = load_checkpoint();
    ASSERT_TRUE(loaded.has_value());
    EXPECT_TRUE(CheckpointSample::matches(*loaded, CheckpointSample::expectation(self_, 0), 2));
  }

  Communicator self_;
  ScratchFolder folder_;
  fs::path trajectory_, checkpoint_;
};

void add_attributes(hid_t object, int count) {
  const hid_t space = H5Screate(H5S_SCALAR);
  for (int i = 0; i < count; ++i) {
    const auto name = "attribute " + std::to_string(i);
    const hid_t made =
        H5Acreate2(object, name.c_str(), H5T_STD_I32LE, space, H5P_DEFAULT, H5P_DEFAULT);
    ASSERT_GE(made, 0);
    H5Awrite(made, H5T_NATIVE_INT, &i);
    H5Aclose(made);
  }
  H5Sclose(space);
}

void copy_attributes(hid_t from, hid_t to) {
  for (int i = 0; i < H5Aget_num_attrs(from); ++i) {
    const hid_t old = H5Aopen_by_idx(from, ".", H5_INDEX_NAME, H5_ITER_INC, static_cast<hsize_t>(i),
                                     H5P_DEFAULT, H5P_DEFAULT);
    std::string name(static_cast<std::size_t>(H5Aget_name(old, 0, nullptr)), ' ');
    H5Aget_name(old, name.size() + 1, name.data());
    const hid_t type = H5Aget_type(old), space = H5Aget_space(old);
    std::vector<char> value(H5Tget_size(type) *
                            static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    H5Aread(old, type, value.data());
    const hid_t made = H5Acreate2(to, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(made, type, value.data());
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, value.data());
    for (const hid_t attribute : {made, old}) H5Aclose(attribute);
    H5Tclose(type);
    H5Sclose(space);
  }
}

/// Puts a group of the newer kind, which can hold any number of attributes, in place of `at`.
hid_t renew_group(hid_t file, const char* at) {
  const hid_t old = H5Gopen2(file, at, H5P_DEFAULT);
  const hid_t made = H5Gcreate2(file, "renewed", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  copy_attributes(old, made);
  H5G_info_t links{};
  H5Gget_info(old, &links);
  std::vector<std::string> names;
  for (hsize_t i = 0; i < links.nlinks; ++i) {
    std::array<char, 100> name{};
    H5Lget_name_by_idx(old, ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size(),
                       H5P_DEFAULT);
    names.emplace_back(name.data());
  }
  for (const auto& name : names) {
    EXPECT_GE(H5Lmove(old, name.c_str(), made, name.c_str(), H5P_DEFAULT, H5P_DEFAULT), 0) << name;
  }
  H5Gclose(old);
  H5Ldelete(file, at, H5P_DEFAULT);
  H5Lmove(file, "renewed", file, at, H5P_DEFAULT, H5P_DEFAULT);
  return made;
}

constexpr int very_many = 100000;
constexpr int many_for_one_header = 4000;  // looked through one by one when one more is added

TEST_F(Crowded, TrajectoryWithVeryManyAttributesIsRead) {
  const hid_t file = open_trajectory();
  for (const char* const at : {"t0_fields", "provenance"}) {
    const hid_t group = renew_group(file, at);
    add_attributes(group, very_many);
    H5Gclose(group);
  }
  add_attributes(file, many_for_one_header);
  H5Fclose(file);
  expect_trajectory_is_read();
}

TEST_F(Crowded, CheckpointWithVeryManyAttributesIsRead) {
  const hid_t file = open_for_forging(checkpoint_);
  const hid_t group = renew_group(file, "attributes");
  add_attributes(group, very_many);
  H5Gclose(group);
  add_attributes(file, many_for_one_header);
  close_checkpoint(file);
  expect_checkpoint_is_read();
}

TEST_F(Crowded, GroupsWithVeryManyLinksAreRead) {
  const hid_t file = open_trajectory();
  const hid_t group = renew_group(file, "t0_fields");
  for (int i = 0; i < very_many; ++i) {
    const auto name = "link " + std::to_string(i);
    ASSERT_GE(H5Lcreate_soft("/nowhere", group, name.c_str(), H5P_DEFAULT, H5P_DEFAULT), 0);
  }
  H5Gclose(group);
  H5Fclose(file);
  expect_trajectory_is_read();
}

/// `at` becomes the first of many soft links, the last of which leads to what was there.
void chain_softly(hid_t file, const char* at, int links) {
  H5Lmove(file, at, file, "end", H5P_DEFAULT, H5P_DEFAULT);
  std::string next = "/end";
  for (int i = 0; i < links; ++i) {
    const auto name = "link " + std::to_string(i);
    ASSERT_GE(H5Lcreate_soft(next.c_str(), file, name.c_str(), H5P_DEFAULT, H5P_DEFAULT), 0);
    next = "/" + name;
  }
  ASSERT_GE(H5Lcreate_soft(next.c_str(), file, at, H5P_DEFAULT, H5P_DEFAULT), 0);
}

/// `at` becomes an external link to a file that links to the next one, and so on; the last one
/// holds what was there.
void chain_through_files(hid_t file, const char* at, const fs::path& folder, int files) {
  std::string next;
  for (int i = 0; i < files; ++i) {
    const auto path = (folder / ("chain " + std::to_string(i) + ".h5")).string();
    const hid_t link = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (i == 0) {
      ASSERT_GE(H5Ocopy(file, at, link, "x", H5P_DEFAULT, H5P_DEFAULT), 0);
    } else {
      H5Lcreate_external(next.c_str(), "/x", link, "x", H5P_DEFAULT, H5P_DEFAULT);
    }
    H5Fclose(link);
    next = path;
  }
  H5Ldelete(file, at, H5P_DEFAULT);
  ASSERT_GE(H5Lcreate_external(next.c_str(), "/x", file, at, H5P_DEFAULT, H5P_DEFAULT), 0);
}

// Every one of these leads, in the end, to what a reader looks for.
TEST_F(Crowded, ChainsOfLinksAreNotFollowed) {
  const auto sound = bytes_of(trajectory_);
  for (const char* const at : {"t0_fields/u", "t0_fields", "dimensions/x"}) {
    for (const bool is_soft : {true, false}) {
      set_bytes(trajectory_, sound);
      const hid_t file = open_trajectory();
      if (is_soft) {
        chain_softly(file, at, 1000);
      } else {
        chain_through_files(file, at, folder_.path(), 100);
      }
      H5Fclose(file);
      const auto outcome = outcome_of_trajectory();
      EXPECT_EQ(outcome.code, ExitCode::unusable_file) << at;
      EXPECT_NE(outcome.message.find("is a link to elsewhere"), std::string::npos)
          << outcome.message;
    }
  }
}

TEST_F(Crowded, ChainsOfLinksInACheckpointAreNotFollowed) {
  const auto sound = bytes_of(checkpoint_);
  for (const char* const at : {"arrays/u", "arrays", "attributes"}) {
    for (const bool is_soft : {true, false}) {
      set_bytes(checkpoint_, sound);
      const hid_t file = open_for_forging(checkpoint_);
      if (is_soft) {
        chain_softly(file, at, 1000);
      } else {
        chain_through_files(file, at, folder_.path(), 100);
      }
      close_checkpoint(file);
      const auto outcome = outcome_of([&] { load_checkpoint(); });
      EXPECT_EQ(outcome.code, ExitCode::unusable_file) << at;
      EXPECT_NE(outcome.message.find("is a link to elsewhere"), std::string::npos)
          << outcome.message;
    }
  }
}

// A group that holds itself: a path through it can be as long as a text in the file, and looking
// at each of its parts takes the square of that.
TEST_F(Crowded, PathsWithoutEndAreRefused) {
  std::string name;
  for (int i = 0; i < very_many; ++i) name += "loop/";
  name += "u";
  const hid_t file = open_trajectory();
  H5Lcreate_hard(file, "t0_fields", file, "t0_fields/loop", H5P_DEFAULT, H5P_DEFAULT);
  for (const char* const at : {"t0_fields", "provenance"}) {
    const char* const attribute = at == std::string("provenance") ? "fields" : "field_names";
    H5Adelete_by_name(file, at, attribute, H5P_DEFAULT);
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    const hsize_t one = 1;
    const hid_t space = H5Screate_simple(1, &one, nullptr);
    const hid_t made =
        H5Acreate_by_name(file, at, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const char* const text = name.c_str();
    ASSERT_GE(H5Awrite(made, type, &text), 0);
    H5Aclose(made);
    H5Sclose(space);
    H5Tclose(type);
  }
  H5Fclose(file);
  const auto outcome = outcome_of_trajectory();
  EXPECT_EQ(outcome.code, ExitCode::unusable_file);
  EXPECT_NE(outcome.message.find("path"), std::string::npos) << outcome.message;
  EXPECT_LT(outcome.message.size(), 2000U);
}

}  // namespace
}  // namespace parapet
