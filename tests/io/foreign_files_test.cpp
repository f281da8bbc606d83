// Files that other programs wrote: compressed, in the other byte order, in PDEBench's layout.
#include <gtest/gtest.h>
#include <hdf5.h>

#include "io/trajectory_file.hpp"
#include "io/trajectory_reader.hpp"
#include "sample_fields.hpp"
#include "scratch_folder.hpp"

namespace parapet {
namespace {

void replace_dataset(hid_t file, const char* at, hid_t type, const std::vector<hsize_t>& extents,
                     const std::vector<hsize_t>& chunk, const std::vector<double>& values) {
  if (H5Lexists(file, at, H5P_DEFAULT) > 0) H5Ldelete(file, at, H5P_DEFAULT);
  const int axes = static_cast<int>(extents.size());
  const hid_t space = H5Screate_simple(axes, extents.data(), nullptr);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  if (!chunk.empty()) {
    H5Pset_chunk(properties, axes, chunk.data());
    H5Pset_fletcher32(properties);
    H5Pset_deflate(properties, 4);
  }
  const hid_t dataset = H5Dcreate2(file, at, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
  H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Dclose(dataset);
  H5Pclose(properties);
  H5Sclose(space);
}

class ForeignFile : public testing::TestWithParam<hid_t> {
 protected:
  ForeignFile() : self_(Communicator::self()), folder_(self_) {}

  std::filesystem::path path() const { return folder_.path() / TrajectoryFile::file_name; }

  /// All members and frames of one field.
  static std::vector<double> all_values(const TrajectoryLayout& layout, std::size_t field) {
    std::vector<double> values;
    for (std::int64_t member = 0; member < layout.members; ++member) {
      for (std::int64_t frame = 0; frame < layout.frames(); ++frame) {
        const auto part =
            sample_block(member, frame, field, layout.fields[field].components, whole(layout.grid));
        values.insert(values.end(), part.begin(), part.end());
      }
    }
    return values;
  }

  Communicator self_;
  ScratchFolder folder_;
};

TEST_P(ForeignFile, CompressedOrInAnotherByteOrderIsReadAlike) {
  const auto layout = sample_layout(2, Precision::float64);
  TrajectoryFile::create(self_, self_, folder_.path(), layout, IfPresent::refuse);
  const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  replace_dataset(file, "t0_fields/u", GetParam(), {4, 3, 13, 6}, {2, 1, 5, 6},
                  all_values(layout, 0));
  replace_dataset(file, "t1_fields/velocity", GetParam(), {4, 3, 13, 6, 2}, {},
                  all_values(layout, 1));
  replace_dataset(file, "t0_fields/w", GetParam(), {4, 3, 13, 6}, {}, all_values(layout, 2));
  H5Ldelete(file, "progress", H5P_DEFAULT);  // another program's file has none
  H5Fclose(file);
  const TrajectoryReader reader(path());
  EXPECT_EQ(reader.valid_frames(), std::vector<std::int64_t>(4, 3));
  const std::vector<std::int64_t> frames = {0, 1, 2};
  for (const auto& [name, index] : {std::pair{"u", 0}, std::pair{"velocity", 1}}) {
    std::size_t field = 0;
    while (reader.layout().fields[field].name != name) ++field;
    const auto expected = all_values(layout, static_cast<std::size_t>(index));
    EXPECT_EQ(reader.read(field, 0, 4, frames),
              std::vector<float>(expected.begin(), expected.end()));
    EXPECT_EQ(reader.read(field, 0, 4, frames, {2, 3, 1}).size(),
              static_cast<std::size_t>(12 * 7 * 2 * reader.layout().fields[field].components));
    const Box block{{3, 2, 0}, {6, 3, 1}};
    const auto found = reader.read_block(field, 2, 1, block);
    const auto wanted = sample_block(2, 1, static_cast<std::size_t>(index),
                                     reader.layout().fields[field].components, block);
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_LE(std::abs(found[i] - wanted[i]), 1e-7 * std::abs(wanted[i]));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Types, ForeignFile,
                         testing::Values(H5T_IEEE_F32LE, H5T_IEEE_F32BE, H5T_IEEE_F64LE,
                                         H5T_IEEE_F64BE));

TEST_F(ForeignFile, OfPdebenchMayCarryOneTimeMoreThanFrames) {
  const hid_t file = H5Fcreate(path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  std::vector<double> tensor(2 * 3 * 4), times = {0.0, 0.1, 0.2, 0.3},
                                         x = {0.125, 0.375, 0.625, 0.875};
  for (std::size_t i = 0; i < tensor.size(); ++i) tensor[i] = static_cast<double>(i);
  replace_dataset(file, "tensor", H5T_IEEE_F32LE, {2, 3, 4}, {}, tensor);
  replace_dataset(file, "t-coordinate", H5T_IEEE_F32LE, {4}, {}, times);
  replace_dataset(file, "x-coordinate", H5T_IEEE_F32LE, {4}, {}, x);
  H5Fclose(file);
  const TrajectoryReader reader(path());
  EXPECT_EQ(reader.layout().frames(), 3);
  EXPECT_EQ(reader.layout().members, 2);
  EXPECT_EQ(reader.layout().grid.lower[0], 0.125);
  EXPECT_EQ(reader.layout().grid.length[0], 1.0);
  const std::vector<std::int64_t> last = {2};
  EXPECT_EQ(reader.read(0, 1, 1, last), (std::vector<float>{20, 21, 22, 23}));
}

TEST_F(ForeignFile, OfOursInPdebenchsLayoutIsReadAndReopened) {
  auto layout = sample_layout(1, Precision::float32);
  layout.file_layout = FileLayout::pdebench;
  layout.fields = {{"u", 1}};
  auto file = TrajectoryFile::create(self_, self_, folder_.path(), layout, IfPresent::refuse);
  file.write_frame(1, 2, 0, whole(layout.grid), sample_block(1, 2, 0, 1, whole(layout.grid)));
  const TrajectoryReader reader(path());
  EXPECT_EQ(reader.layout().fields, layout.fields);
  EXPECT_EQ(reader.recorded_digest(1, 2, 0), reader.stored_digest(1, 2, 0));
  EXPECT_NO_THROW(TrajectoryFile::reopen(self_, self_, folder_.path(), layout));
}

}  // namespace
}  // namespace parapet
