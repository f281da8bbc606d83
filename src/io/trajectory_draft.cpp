#include "io/trajectory_draft.hpp"

#include "io/posix_file.hpp"
#include "io/trajectory_seal.hpp"

namespace parapet {

namespace {

/// Room for groups, attributes, coordinates, certificates and the table beside the values.
std::uint64_t bytes_needed(const TrajectoryLayout& layout) {
  const auto per_member = layout.certificates.size() + 2 * layout.parameters.size() +
                          layout.times.size() * layout.fields.size();
  return layout.data_bytes() + 8 * per_member * static_cast<std::uint64_t>(layout.members) +
         16 * layout.times.size() + layout.input_text.size() + (std::uint64_t{1} << 20);
}

}  // namespace

std::filesystem::path draft_path(const std::filesystem::path& path) {
  auto draft = path;
  draft += ".tmp";
  return draft;
}

void make_draft(const std::filesystem::path& path, std::uint64_t bytes,
                const std::function<void(const std::filesystem::path& draft)>& lay_out) {
  require_writable_folder(path.parent_path());
  remove_draft(path);
  require_space(path.parent_path(), bytes);
  const auto draft = draft_path(path);
  try {
    lay_out(draft);
    PosixFile file(draft, PosixFile::Mode::read_write);
    file.reserve(file.size());
    file.sync();
    file.close();
  } catch (...) {
    remove_draft(path);
    throw;
  }
}

TrajectoryPlaces make_draft(const std::filesystem::path& path, const TrajectoryLayout& layout) {
  check(layout);
  TrajectoryPlaces places;
  make_draft(path, bytes_needed(layout), [&](const std::filesystem::path& draft) {
    places = lay_out(draft, layout);
    seal_trajectory(draft, layout, places);
  });
  return places;
}

void remove_draft(const std::filesystem::path& path) {
  std::error_code ignored;
  std::filesystem::remove(draft_path(path), ignored);
}

}  // namespace parapet
