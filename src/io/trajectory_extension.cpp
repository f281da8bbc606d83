#include "io/trajectory_extension.hpp"

#include <array>
#include <utility>
#include <vector>

#include "base/failure.hpp"
#include "io/frame_copy.hpp"
#include "io/posix_file.hpp"
#include "io/trajectory_draft.hpp"
#include "io/trajectory_file.hpp"
#include "io/trajectory_header.hpp"
#include "io/trajectory_seal.hpp"

namespace parapet {

namespace {

/// One of the two files with what is needed to find anything in it.
struct Side {
  TrajectoryPlaces places;
  FrameStore frames;

  Side(const std::filesystem::path& path, PosixFile::Mode mode, const TrajectoryLayout& layout,
       TrajectoryPlaces at)
      : places(std::move(at)),
        frames(path, mode, layout.members, layout.times, layout.precision,
               columns_of(layout, places), places.digests) {}

 private:
  static std::vector<FrameStore::Column> columns_of(const TrajectoryLayout& layout,
                                                    const TrajectoryPlaces& places) {
    std::vector<FrameStore::Column> columns;
    for (std::size_t i = 0; i < layout.fields.size(); ++i) {
      const std::int64_t numbers = layout.grid.point_count() * layout.fields[i].components;
      columns.push_back(
          {places.fields[i], static_cast<std::uint64_t>(numbers * layout.value_bytes())});
    }
    return columns;
  }
};

void copy_certificates(const Side& from, const Side& to, std::span<const std::int64_t> finished) {
  for (const std::int64_t member : finished) {
    const auto place = static_cast<std::uint64_t>(member) * sizeof(double);
    for (std::size_t i = 0; i < from.places.certificates.size(); ++i) {
      std::array<std::byte, sizeof(double)> value{};
      from.frames.file.read(value, from.places.certificates[i] + place);
      to.frames.file.write(value, to.places.certificates[i] + place);
    }
  }
}

/// The file as found, which must be laid out for the same things as `wanted`.
Side open_old(const std::filesystem::path& path, const TrajectoryLayout& wanted) {
  check_seal(path);
  const Hdf5Guard guard(path);
  const auto header = read_header(guard);
  auto expected = wanted;
  expected.times = header.layout.times;
  expected.members = header.layout.members;
  expected.parameters = header.layout.parameters;
  require_same(header.layout, expected, path.string());
  return {path, PosixFile::Mode::read, header.layout, header.places()};
}

Side open_draft(const std::filesystem::path& draft, const TrajectoryLayout& wanted) {
  const Hdf5Guard guard(draft);
  return {draft, PosixFile::Mode::read_write, wanted, read_header(guard).places()};
}

}  // namespace

void extend_trajectory(const Communicator& world, const std::filesystem::path& folder,
                       const TrajectoryLayout& wanted, std::span<const std::int64_t> finished,
                       const std::function<void()>& at_each_step) {
  const auto path = folder / TrajectoryFile::file_name;
  on_root(world, [&] {
    open_old(path, wanted);
    make_draft(path, wanted);
    at_each_step();
  });
  try {
    collectively(world, [&] {
      const Side from = open_old(path, wanted);
      const Side to = open_draft(draft_path(path), wanted);
      if (world.is_root()) copy_certificates(from, to, finished);
      copy_frames(world, from.frames, to.frames, at_each_step);
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
