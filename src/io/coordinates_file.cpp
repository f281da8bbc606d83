#include "io/coordinates_file.hpp"

#include <algorithm>
#include <map>
#include <system_error>
#include <vector>

#include "io/hdf5_handle.hpp"
#include "io/posix_file.hpp"

namespace parapet {

namespace {

using Place = std::array<hsize_t, 3>;

// Rows of the fastest axis in a chunk: some hundred kilobytes on large grids, few enough chunks to
// look up, and small enough that the little of them that must be compressed takes no time.
constexpr hsize_t rows_per_chunk = 64;

struct Chunk {
  std::uint32_t filters = 0;
  std::vector<unsigned char> bytes;
};

/// One coordinate of all points, which varies along one axis of the topology.
class CoordinateArray {
 public:
  CoordinateArray(hid_t file, const char* name, const Place& shape, std::size_t axis,
                  std::vector<float> along)
      : name_(name),
        shape_(shape),
        chunk_{1, std::min(rows_per_chunk, shape[1]), shape[2]},
        axis_(axis),
        along_(std::move(along)),
        dataset_(create(file)) {}

  void write() {
    std::map<hsize_t, Chunk> known;  // by where they begin along the axis
    Place at{0, 0, 0};
    for (at[0] = 0; at[0] < shape_[0]; ++at[0]) {
      for (at[1] = 0; at[1] < shape_[1]; at[1] += chunk_[1]) {
        const auto found = known.find(at[axis_]);
        if (found != known.end()) {
          store(at, found->second);
        } else {
          compress(at);
          known[at[axis_]] = stored(at);
        }
      }
      if (axis_ == 0) known.clear();
    }
    dataset_.close(name_);
  }

 private:
  Hdf5Handle create(hid_t file) const {
    const Hdf5Handle space(H5Screate_simple(3, shape_.data(), nullptr), H5Sclose, name_);
    const Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, name_);
    check_hdf5(H5Pset_chunk(properties.id(), 3, chunk_.data()), name_);
    check_hdf5(H5Pset_deflate(properties.id(), 1), name_);
    check_hdf5(H5Pset_obj_track_times(properties.id(), false), name_);
    return {H5Dcreate2(file, name_.c_str(), H5T_IEEE_F32LE, space.id(), H5P_DEFAULT,
                       properties.id(), H5P_DEFAULT),
            H5Dclose, name_};
  }

  /// Writes a chunk through HDF5, which compresses it.
  void compress(const Place& at) const {
    const Place count{1, std::min(chunk_[1], shape_[1] - at[1]), chunk_[2]};
    std::vector<float> values;
    for (hsize_t row = at[1]; row < at[1] + count[1]; ++row) {
      for (hsize_t i = 0; i < count[2]; ++i) values.push_back(along_[Place{at[0], row, i}[axis_]]);
    }
    const Hdf5Handle memory(H5Screate_simple(3, count.data(), nullptr), H5Sclose, name_);
    const Hdf5Handle space(H5Dget_space(dataset_.id()), H5Sclose, name_);
    check_hdf5(
        H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, at.data(), nullptr, count.data(), nullptr),
        name_);
    check_hdf5(H5Dwrite(dataset_.id(), H5T_NATIVE_FLOAT, memory.id(), space.id(), H5P_DEFAULT,
                        values.data()),
               name_);
  }

  /// A chunk as it lies in the file.
  Chunk stored(const Place& at) const {
    hsize_t bytes = 0;
    check_hdf5(H5Dget_chunk_storage_size(dataset_.id(), at.data(), &bytes), name_);
    Chunk chunk;
    chunk.bytes.resize(bytes);
    check_hdf5(
        H5Dread_chunk(dataset_.id(), H5P_DEFAULT, at.data(), &chunk.filters, chunk.bytes.data()),
        name_);
    return chunk;
  }

  void store(const Place& at, const Chunk& chunk) const {
    check_hdf5(H5Dwrite_chunk(dataset_.id(), H5P_DEFAULT, chunk.filters, at.data(),
                              chunk.bytes.size(), chunk.bytes.data()),
               name_);
  }

  std::string name_;
  Place shape_, chunk_;
  std::size_t axis_;
  std::vector<float> along_;
  Hdf5Handle dataset_;
};

void write_points(const std::filesystem::path& path, const Grid& grid) {
  auto file = create_hdf5(path);
  const auto points = topology(grid);
  const Place shape{static_cast<hsize_t>(points[0]), static_cast<hsize_t>(points[1]),
                    static_cast<hsize_t>(points[2])};
  const auto used = static_cast<std::size_t>(grid.dimensions);
  for (std::size_t a = 0; a < 3; ++a) {
    // The used axes come last in the topology, the others first.
    const std::size_t axis = (a + 3 - used) % 3;
    std::vector<float> along;
    for (std::int64_t i = 0; i < points[axis]; ++i) {
      along.push_back(a < used ? static_cast<float>(grid.coordinate(static_cast<int>(a), i))
                               : 0.0F);
    }
    static constexpr std::array<const char*, 3> names{"x", "y", "z"};
    CoordinateArray(file.id(), names[a], shape, axis, std::move(along)).write();
  }
  file.close(path.string());
}

}  // namespace

std::array<std::int64_t, 3> topology(const Grid& grid) {
  const auto& points = grid.points;
  if (grid.dimensions == 1) return {1, 1, points[0]};
  if (grid.dimensions == 2) return {1, points[0], points[1]};
  return {points[0], points[1], points[2]};
}

void write_coordinates(const std::filesystem::path& path, const Grid& grid) {
  auto beside = path;
  beside += ".tmp";
  std::filesystem::remove(beside);
  try {
    write_points(beside, grid);
    publish_file(beside, path);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(beside, ignored);
    throw;
  }
}

}  // namespace parapet
