#include "io/particle_extension.hpp"

#include "base/failure.hpp"
#include "io/frame_copy.hpp"
#include "io/particle_file.hpp"
#include "io/particle_structure.hpp"
#include "io/posix_file.hpp"
#include "io/trajectory_draft.hpp"

namespace parapet {

namespace {

FrameStore open_store(const std::filesystem::path& path, PosixFile::Mode mode) {
  const auto [layout, places] = read_particle_header(path);
  std::vector<FrameStore::Column> columns;
  for (const auto& column : layout.columns()) {
    const std::int64_t bytes = layout.slots() * column.components * layout.value_bytes();
    columns.push_back({places.columns[columns.size()], static_cast<std::uint64_t>(bytes)});
  }
  return {path, mode, layout.members, layout.times, layout.precision, columns, places.digests};
}

/// The file as found must be laid out for the same things as `wanted`.
void require_extensible(const std::filesystem::path& path, const ParticleLayout& wanted) {
  const auto found = read_particle_header(path).layout;
  auto expected = wanted;
  expected.times = found.times;
  expected.members = found.members;
  require_same(found, expected, path.string());
}

}  // namespace

void extend_particles(const Communicator& world, const std::filesystem::path& folder,
                      const ParticleLayout& wanted, const std::function<void()>& at_each_step) {
  const auto path = folder / ParticleFile::file_name;
  on_root(world, [&] {
    require_extensible(path, wanted);
    make_particle_draft(path, wanted);
    at_each_step();
  });
  try {
    collectively(world, [&] {
      const auto draft = draft_path(path);
      write_ids(world, draft, wanted, read_particle_header(draft).places);
      copy_frames(world, open_store(path, PosixFile::Mode::read),
                  open_store(draft, PosixFile::Mode::read_write), at_each_step);
    });
  } catch (const Failure&) {
    if (world.is_root()) remove_draft(path);
    throw;
  }
  on_root(world, [&] {
    at_each_step();
    publish_file(draft_path(path), path);
    at_each_step();
  });
}

}  // namespace parapet
