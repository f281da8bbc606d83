#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "io/posix_file.hpp"
#include "io/trajectory_layout.hpp"

namespace parapet {

/// The table `/progress/digests` of a trajectory, uint64 [member][frame][field]: 0 where a field of
/// a frame is not valid, otherwise the digest of what is stored there. A file of particles has the
/// same with its columns in place of fields.
class ProgressTable {
 public:
  ProgressTable(const TrajectoryLayout& layout, std::uint64_t offset);
  ProgressTable(std::int64_t members, std::int64_t frames, std::size_t fields,
                std::uint64_t offset);

  std::uint64_t read(const PosixFile& file, std::int64_t member, std::int64_t frame,
                     std::size_t field) const;
  /// File offset of one entry.
  std::uint64_t place(std::int64_t member, std::int64_t frame, std::size_t field) const;
  /// Valid frames of each member, counted from the first without a gap over all fields.
  std::vector<std::int64_t> valid_frames(const PosixFile& file) const;

 private:
  std::int64_t members_, frames_, fields_;
  std::uint64_t offset_;
};

/// The entry for a digest: digests that happen to be 0 count as 1.
constexpr std::uint64_t table_entry(std::uint64_t digest) {
  return digest == 0 ? 1 : digest;
}

/// The summary `progress.json`: status, and the valid frames of all members as runs
/// [first member, number of members, valid frames], so that 10⁵ members take a few lines.
std::string progress_summary(const TrajectoryLayout& layout,
                             std::span<const std::int64_t> valid_frames, const std::string& status);

}  // namespace parapet
