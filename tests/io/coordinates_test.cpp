// coordinates.h5: every point of grids of one chunk and of several, whole and cut off.
#include <gtest/gtest.h>
#include <hdf5.h>

#include "io/coordinates_file.hpp"
#include "scratch_folder.hpp"

namespace parapet {
namespace {

std::vector<float> stored(const std::filesystem::path& path, const char* name, std::size_t size) {
  std::vector<float> values(size, -1.0F);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
  const hid_t space = H5Dget_space(dataset);
  EXPECT_EQ(H5Sget_simple_extent_npoints(space), static_cast<hssize_t>(size)) << name;
  EXPECT_GE(H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
  H5Sclose(space);
  H5Dclose(dataset);
  H5Fclose(file);
  return values;
}

class Coordinates : public testing::TestWithParam<Grid> {};

TEST_P(Coordinates, OfEveryPointAreStored) {
  const Grid grid = GetParam();
  const ScratchFolder folder(Communicator::self());
  const auto path = folder.path() / "coordinates.h5";
  write_coordinates(path, grid);
  const auto size = static_cast<std::size_t>(grid.point_count());
  const std::array<std::vector<float>, 3> found{stored(path, "x", size), stored(path, "y", size),
                                                stored(path, "z", size)};
  std::size_t place = 0, wrong = 0;
  for (std::int64_t x = 0; x < grid.points[0]; ++x) {
    for (std::int64_t y = 0; y < grid.points[1]; ++y) {
      for (std::int64_t z = 0; z < grid.points[2]; ++z, ++place) {
        const std::array<std::int64_t, 3> index{x, y, z};
        for (int a = 0; a < 3; ++a) {
          const auto axis = static_cast<std::size_t>(a);
          const double wanted = a < grid.dimensions ? grid.coordinate(a, index[axis]) : 0.0;
          if (found[axis][place] != static_cast<float>(wanted)) ++wrong;
        }
      }
    }
  }
  EXPECT_EQ(wrong, 0U);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "coordinates.h5.tmp"));
}

INSTANTIATE_TEST_SUITE_P(Grids, Coordinates,
                         testing::Values(Grid{2, {13, 6, 1}, {0.5, 0.25, 0.0}, {1.0, 2.0, 1.0}},
                                         Grid{2, {200, 7, 1}, {0.5, 0.25, 0.0}, {1.0, 2.0, 1.0}},
                                         Grid{3, {5, 4, 3}, {0.5, 0.25, 1.0}, {1.0, 2.0, 3.0}},
                                         Grid{3, {3, 130, 9}, {0.5, 0.25, 1.0}, {1.0, 2.0, 3.0}},
                                         Grid{3, {2, 64, 4}, {0.5, 0.25, 1.0}, {1.0, 2.0, 3.0}}));

}  // namespace
}  // namespace parapet
