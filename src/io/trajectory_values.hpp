#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "io/hdf5_guard.hpp"
#include "io/posix_file.hpp"
#include "io/trajectory_header.hpp"
#include "io/trajectory_reader.hpp"

namespace parapet {

/// Numbers handled at once where a whole frame need not be in memory.
inline constexpr std::int64_t numbers_at_once = std::int64_t{4} << 20;

/// Points taken of so many with a stride.
inline std::int64_t taken(std::int64_t points, std::int64_t stride) {
  return (points + stride - 1) / stride;
}

/// The numbers of an open trajectory file by their place in it: straight from its bytes where they
/// lie one after another, else through HDF5.
class TrajectoryValues {
 public:
  /// Throws Failure(unusable_file) unless the file is a trajectory whose seal, if it has one, is
  /// unbroken.
  explicit TrajectoryValues(const std::filesystem::path& file_path);

  const TrajectoryLayout& layout() const { return header.layout; }
  std::int64_t components(std::size_t field) const { return layout().fields[field].components; }
  std::int64_t frame_numbers(std::size_t field) const {
    return layout().grid.point_count() * components(field);
  }

  /// Throws Failure(internal_error) unless there are such a field, member and frame.
  void require_index(std::size_t field, std::int64_t member, std::int64_t frame) const;

  /// `out.size()` numbers from C-order index `first` of the whole dataset, which for chunked
  /// storage must be whole x-planes of one frame. T is float or double.
  template <class T>
  void load(std::size_t field, std::int64_t first, std::span<T> out) const;

  /// Frames, counted over all members, one after another; adjacent ones are read together, in
  /// bounded pieces.
  void read(std::span<float> out, std::size_t field, std::span<const std::int64_t> frames,
            const Strides& strides) const;

  std::filesystem::path path;
  Hdf5Guard guard;
  TrajectoryHeader header;
  PosixFile file;

 private:
  // Whether the values lie in the file one after another as this machine keeps them.
  bool is_plain(std::size_t field) const {
    return header.fields[field].offset.has_value() && header.fields[field].is_native;
  }
  template <class Stored, class T>
  void load_converted(std::uint64_t offset, std::int64_t first, std::span<T> out) const;
  template <class T>
  void load_through_hdf5(std::size_t field, std::int64_t first, std::span<T> out) const;
  void read_strided(std::span<float> out, std::size_t field, std::int64_t frame,
                    const Strides& strides, std::vector<float>& planes) const;
};

}  // namespace parapet
