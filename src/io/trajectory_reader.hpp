#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "grid/grid.hpp"
#include "io/trajectory_layout.hpp"

namespace parapet {

class TrajectoryValues;

/// Every `stride`-th point along each axis.
using Strides = std::array<std::int64_t, 3>;

/// Reads trajectory files, ours and foreign ones in The Well's or PDEBench's 1-D layout, by
/// hyperslab. One rank alone uses it (no MPI); several ranks may each open the same file.
///
/// A file is foreign until proven otherwise: before anything is read, every dataset is checked to
/// be reached through hard links only, to be IEEE floating point, stored contiguous or chunked with
/// no filter but deflate and Fletcher32, and to have the extents the rest of the file implies.
/// Whatever fails is a Failure(unusable_file) that names file and object.
class TrajectoryReader {
 public:
  explicit TrajectoryReader(const std::filesystem::path& file);
  TrajectoryReader(TrajectoryReader&&) noexcept;
  TrajectoryReader& operator=(TrajectoryReader&&) noexcept;
  ~TrajectoryReader();

  const std::filesystem::path& path() const;
  /// Grid, members, times, fields, parameters, names of certificates and provenance, as the file
  /// says.
  const TrajectoryLayout& layout() const;

  /// Valid frames of each member, counted from the first without a gap. Files without a progress
  /// table are taken as complete.
  std::vector<std::int64_t> valid_frames() const;

  /// Values of one certificate for every member (NaN where the member is not finished).
  std::vector<double> certificate(const std::string& name) const;

  /// Digest of one stored frame as the table tells it, 0 where the frame is not valid; recomputed
  /// from the values by `stored_digest`.
  std::uint64_t recorded_digest(std::int64_t member, std::int64_t frame, std::size_t field) const;
  std::uint64_t stored_digest(std::int64_t member, std::int64_t frame, std::size_t field) const;

  /// Members [first_member, first_member + member_count), the listed frames in the order given,
  /// every stride-th point: the array [member][frame][x][y][z][component], unused axes absent.
  /// Throws Failure(internal_error) for an index outside the file.
  std::vector<float> read(std::size_t field, std::int64_t first_member, std::int64_t member_count,
                          std::span<const std::int64_t> frames, Strides strides = {1, 1, 1}) const;

  /// As `read`, into memory the caller holds, which must have exactly the size of the result.
  void read_into(std::span<float> out, std::size_t field, std::int64_t first_member,
                 std::int64_t member_count, std::span<const std::int64_t> frames,
                 Strides strides = {1, 1, 1}) const;

  /// One block of one frame in double precision, component fastest.
  std::vector<double> read_block(std::size_t field, std::int64_t member, std::int64_t frame,
                                 const Box& block) const;

 private:
  std::unique_ptr<TrajectoryValues> values_;
};

}  // namespace parapet
