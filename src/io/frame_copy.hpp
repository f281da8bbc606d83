#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <utility>
#include <vector>

#include "base/communicator.hpp"
#include "io/posix_file.hpp"
#include "io/progress_table.hpp"
#include "io/trajectory_layout.hpp"

namespace parapet {

/// A file laid out whole, with what is needed to find a frame of one of its columns (fields) in it:
/// arrays [member][frame] of `frame_bytes` each.
struct FrameStore {
  /// A column's first byte in the file, and the bytes of one of its frames.
  struct Column {
    std::uint64_t offset, frame_bytes;
  };

  FrameStore(const std::filesystem::path& path, PosixFile::Mode mode, std::int64_t member_count,
             std::vector<double> frame_times, Precision value_precision,
             std::vector<Column> all_columns, std::uint64_t table_offset)
      : file(path, mode),
        members(member_count),
        times(std::move(frame_times)),
        precision(value_precision),
        columns(std::move(all_columns)),
        table(members, static_cast<std::int64_t>(times.size()), columns.size(), table_offset) {}

  std::uint64_t place(std::int64_t member, std::int64_t frame, std::size_t column) const {
    const auto before =
        static_cast<std::uint64_t>(member) * times.size() + static_cast<std::uint64_t>(frame);
    return columns[column].offset + before * columns[column].frame_bytes;
  }

  PosixFile file;
  std::int64_t members;
  std::vector<double> times;
  Precision precision;
  std::vector<Column> columns;
  ProgressTable table;
};

/// Copies this rank's share of the valid frames that both have at the same times, compared with
/// their digests when they are read and again, read back, when they are written; syncs `to`.
/// `at_each_step` is called after every frame. Local. Throws Failure: unusable_file, input_output.
void copy_frames(const Communicator& world, const FrameStore& from, const FrameStore& to,
                 const std::function<void()>& at_each_step);

}  // namespace parapet
