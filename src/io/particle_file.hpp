#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/communicator.hpp"
#include "io/particle_layout.hpp"
#include "io/particle_values.hpp"
#include "io/trajectory_file.hpp"

namespace parapet {

/// The particles of a run being written: `particles.h5` in the run's folder, laid out whole when it
/// is created and never touched again but for raw values in place, as TrajectoryFile does, so that
/// a run killed at any moment leaves a file that opens. Which frames are valid stands in the file's
/// own table `/progress/digests`.
///
/// The ranks of `world` are divided into groups; each group writes its own members, whenever it
/// likes. A file has one object per rank, made with that rank's group.
class ParticleFile {
 public:
  static constexpr const char* file_name = "particles.h5";

  /// Lays the file out, reserves its space and writes the ids. Collective over `world`; `group` is
  /// this rank's part of it. Throws a collective Failure: input_output (no space: "need X, have Y";
  /// not writable; a file is there already and `if_present` says refuse) or bad_input (see
  /// check(layout)).
  static ParticleFile create(const Communicator& world, const Communicator& group,
                             const std::filesystem::path& folder, const ParticleLayout& layout,
                             IfPresent if_present);

  /// Opens the file of an interrupted run to continue it. Collective over `world`. Throws a
  /// collective Failure(unusable_file) unless the file is sound and laid out as `expected`.
  static ParticleFile reopen(const Communicator& world, const Communicator& group,
                             const std::filesystem::path& folder, const ParticleLayout& expected);

  ParticleFile(ParticleFile&&) noexcept;
  ParticleFile& operator=(ParticleFile&&) noexcept;
  ~ParticleFile();

  const ParticleLayout& layout() const;
  const std::filesystem::path& path() const;

  /// Writes one frame of one member: of this rank's particles those whose ids `every` divides (a
  /// rank may bring none). Together the ranks of the group bring every id once, on any number of
  /// ranks with the same bytes. Writing a frame again replaces it; until all of it is written it is
  /// not valid. Uses 3 MB beside the values. Collective over the group; throws a collective (over
  /// the group) Failure(input_output).
  void write(std::int64_t member, std::int64_t frame, const ParticleValues& values);

  /// Marks the frames `from_frame` … of a member as not valid, before they are computed again (a
  /// restart from an older checkpoint). Called by one rank of the group.
  void invalidate(std::int64_t member, std::int64_t from_frame);

  /// Reads one frame of the members [first_member, first_member + count) back and throws
  /// Failure(unusable_file), naming the first of them, unless it is valid and its values are those
  /// that were written. Local.
  void require_intact(std::int64_t first_member, std::int64_t count, std::int64_t frame) const;

  /// Valid frames of each member, counted from the first without a gap, as this file's table says
  /// now. Local.
  std::vector<std::int64_t> valid_frames() const;

  /// Brings this rank's writes to the disk. Local.
  void sync();

  /// Replaces `particles.xdmf`, the description for ParaView (see write_particle_xdmf), by the
  /// state of the table. Call on one rank of the world only.
  void publish_description() const;

 private:
  class Implementation;
  explicit ParticleFile(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace parapet
