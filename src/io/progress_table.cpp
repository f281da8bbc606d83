#include "io/progress_table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {

ProgressTable::ProgressTable(const TrajectoryLayout& layout, std::uint64_t offset)
    : ProgressTable(layout.members, layout.frames(), layout.fields.size(), offset) {}

ProgressTable::ProgressTable(std::int64_t members, std::int64_t frames, std::size_t fields,
                             std::uint64_t offset)
    : members_(members),
      frames_(frames),
      fields_(static_cast<std::int64_t>(fields)),
      offset_(offset) {}

std::uint64_t ProgressTable::place(std::int64_t member, std::int64_t frame,
                                   std::size_t field) const {
  const auto column = static_cast<std::int64_t>(field);
  require(member >= 0 && member < members_ && frame >= 0 && frame < frames_ && column < fields_,
          ExitCode::internal_error,
          fmt::format("the file has no member {}, frame {}, field {}", member, frame, field));
  const std::int64_t entry = (member * frames_ + frame) * fields_ + column;
  return offset_ + static_cast<std::uint64_t>(entry) * sizeof(std::uint64_t);
}

std::uint64_t ProgressTable::read(const PosixFile& file, std::int64_t member, std::int64_t frame,
                                  std::size_t field) const {
  std::uint64_t entry = 0;
  file.read(std::as_writable_bytes(std::span(&entry, 1)), place(member, frame, field));
  return entry;
}

std::vector<std::int64_t> ProgressTable::valid_frames(const PosixFile& file) const {
  const std::int64_t row = frames_ * fields_;
  const std::int64_t members_at_once = std::max<std::int64_t>(1, (std::int64_t{1} << 20) / row);
  std::vector<std::int64_t> valid;
  std::vector<std::uint64_t> rows;
  for (std::int64_t first = 0; first < members_; first += members_at_once) {
    const std::int64_t count = std::min(members_at_once, members_ - first);
    rows.resize(static_cast<std::size_t>(count * row));
    file.read(std::as_writable_bytes(std::span(rows)), place(first, 0, 0));
    for (auto begin = rows.begin(); begin != rows.end(); begin += row) {
      const auto missing = std::find(begin, begin + row, std::uint64_t{0});
      valid.push_back((missing - begin) / fields_);
    }
  }
  return valid;
}

std::string progress_summary(const TrajectoryLayout& layout,
                             std::span<const std::int64_t> valid_frames,
                             const std::string& status) {
  const auto complete = std::count(valid_frames.begin(), valid_frames.end(), layout.frames());
  std::string runs;
  for (std::size_t first = 0; first < valid_frames.size();) {
    std::size_t end = first;
    while (end < valid_frames.size() && valid_frames[end] == valid_frames[first]) ++end;
    runs += fmt::format("{}[{}, {}, {}]", first == 0 ? "" : ", ", first, end - first,
                        valid_frames[first]);
    first = end;
  }
  return fmt::format(
      "{{\n  \"status\": \"{}\",\n  \"members\": {},\n  \"frames\": {},\n"
      "  \"complete_members\": {},\n"
      "  \"valid_frames_as\": \"[first member, number of members, valid frames]\",\n"
      "  \"valid_frames\": [{}]\n}}\n",
      status, layout.members, layout.frames(), complete, runs);
}

}  // namespace parapet
