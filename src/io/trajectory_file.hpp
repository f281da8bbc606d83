#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "grid/grid.hpp"
#include "io/trajectory_layout.hpp"

namespace parapet {

enum class IfPresent { refuse, replace };

/// The trajectory of a run being written: `trajectory.h5` in the run's folder, laid out whole when
/// it is created and never touched again but for raw values in place, so that a run killed at any
/// moment leaves a file that opens. Which frames are valid stands in the file's own table
/// `/progress/digests`: each entry is written after its frame and holds the frame's digest.
///
/// The ranks of `world` are divided into groups; each group writes its own members, whenever it
/// likes. A file has one object per rank, made with that rank's group.
class TrajectoryFile {
 public:
  static constexpr const char* file_name = "trajectory.h5";

  /// Lays the file out and reserves its space. Collective over `world`; `group` is this rank's part
  /// of it. Throws a collective Failure: input_output (no space: "need X, have Y"; not writable; a
  /// file is there already and `if_present` says refuse) or bad_input (see check(layout)).
  static TrajectoryFile create(const Communicator& world, const Communicator& group,
                               const std::filesystem::path& folder, const TrajectoryLayout& layout,
                               IfPresent if_present);

  /// Opens the file of an interrupted run to continue it. Collective over `world`. Throws a
  /// collective Failure(unusable_file) unless the file is sound and laid out as `expected`.
  static TrajectoryFile reopen(const Communicator& world, const Communicator& group,
                               const std::filesystem::path& folder,
                               const TrajectoryLayout& expected);

  TrajectoryFile(TrajectoryFile&&) noexcept;
  TrajectoryFile& operator=(TrajectoryFile&&) noexcept;
  ~TrajectoryFile();

  const TrajectoryLayout& layout() const;
  const std::filesystem::path& path() const;

  /// Writes one field of one frame: this rank brings the values of `block` of the grid, x slowest,
  /// the component of a vector fastest (size = block.size() · components; a block may be empty).
  /// Together the ranks of the group bring the whole grid. Writing a frame again replaces it.
  /// Returns the digest of the stored values, which is independent of how they were divided.
  /// Collective over the group; throws a collective (over the group) Failure(input_output).
  std::uint64_t write_frame(std::int64_t member, std::int64_t frame, std::size_t field,
                            const Box& block, std::span<const double> values);

  /// Writes what is certified about a finished member; `values` in the order of
  /// TrajectoryLayout::certificates. To be called by one rank of the group (any).
  void write_certificate(std::int64_t member, std::span<const double> values);

  /// Marks the frames `from_frame` … of a member as not valid, before they are computed again (a
  /// restart from an older checkpoint). Called by one rank of the group.
  void invalidate(std::int64_t member, std::int64_t from_frame);

  /// Reads one frame of the members [first_member, first_member + count) back and throws
  /// Failure(unusable_file), naming the first of them, unless it is valid and its values are those
  /// that were written. Local.
  void require_intact(std::int64_t first_member, std::int64_t count, std::int64_t frame) const;

  /// Valid frames of each member, counted from the first without a gap over all fields, as this
  /// file's table says now. Local.
  std::vector<std::int64_t> valid_frames() const;

  /// Brings this rank's writes to the disk. Local.
  void sync();

  /// Replaces `progress.json`, the summary for people and scripts beside the file, and the
  /// description for ParaView (see write_xdmf) by the state of the table; `status` is "running",
  /// "stopped" or "complete". Call on one rank of the world only.
  void publish_progress(const std::string& status) const;

 private:
  class Implementation;
  explicit TrajectoryFile(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace parapet
