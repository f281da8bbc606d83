#include "io/trajectory_file.hpp"

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "io/block_file.hpp"
#include "io/posix_file.hpp"
#include "io/progress_table.hpp"
#include "io/trajectory_draft.hpp"
#include "io/trajectory_header.hpp"
#include "io/trajectory_reader.hpp"
#include "io/trajectory_seal.hpp"
#include "io/trajectory_structure.hpp"
#include "io/xdmf.hpp"

namespace parapet {

namespace {

/// Made beside and renamed, so that a file of the final name is always laid out in full.
TrajectoryPlaces create_file(const std::filesystem::path& path, const TrajectoryLayout& layout,
                             IfPresent if_present) {
  require(if_present == IfPresent::replace || !std::filesystem::exists(path),
          ExitCode::input_output,
          path.string() + ": is there already; resume that run, or choose another folder");
  auto places = make_draft(path, layout);
  // The points that ParaView reads belong to the trajectory that was here before.
  std::filesystem::remove(path.parent_path() / "coordinates.h5");
  publish_file(draft_path(path), path);
  return places;
}

TrajectoryPlaces find_places(const std::filesystem::path& path, const TrajectoryLayout& expected) {
  require(std::filesystem::exists(path), ExitCode::unusable_file,
          path.string() + ": there is no trajectory to continue");
  check_seal(path);
  const Hdf5Guard guard(path);
  const auto header = read_header(guard);
  require_same(header.layout, expected, path.string());
  return header.places();
}

/// Rank 0 has looked; everybody needs to know.
void share(const Communicator& world, const TrajectoryLayout& layout, TrajectoryPlaces& places) {
  places.fields.resize(layout.fields.size());
  places.certificates.resize(layout.certificates.size());
  world.broadcast(std::span(places.fields));
  world.broadcast(std::span(places.certificates));
  world.broadcast(places.digests);
}

}  // namespace

class TrajectoryFile::Implementation {
 public:
  Implementation(const Communicator& group, std::filesystem::path file_path,
                 TrajectoryLayout file_layout, TrajectoryPlaces file_places)
      : path(std::move(file_path)),
        layout(std::move(file_layout)),
        places(std::move(file_places)),
        table(layout, places.digests),
        blocks(group, path),
        is_group_root(group.is_root()) {}

  ArrayPlace frame_place(std::int64_t member, std::int64_t frame, std::size_t field) const {
    const std::int64_t components = layout.fields[field].components;
    const std::int64_t bytes = layout.grid.point_count() * components * layout.value_bytes();
    const auto before = static_cast<std::uint64_t>((member * layout.frames() + frame) * bytes);
    return {places.fields[field] + before, layout.grid.points, components, layout.precision};
  }

  void enter(std::int64_t member, std::int64_t frame, std::size_t field, std::uint64_t entry) {
    blocks.write_bytes(table.place(member, frame, field), std::as_bytes(std::span(&entry, 1)));
  }

  std::uint64_t entry(std::int64_t member, std::int64_t frame, std::size_t field) const {
    std::uint64_t found = 0;
    blocks.read_bytes(table.place(member, frame, field),
                      std::as_writable_bytes(std::span(&found, 1)));
    return found;
  }

  std::filesystem::path path;
  TrajectoryLayout layout;
  TrajectoryPlaces places;
  ProgressTable table;
  BlockFile blocks;
  bool is_group_root;
};

TrajectoryFile TrajectoryFile::create(const Communicator& world, const Communicator& group,
                                      const std::filesystem::path& folder,
                                      const TrajectoryLayout& layout, IfPresent if_present) {
  const auto path = folder / file_name;
  TrajectoryPlaces places;
  on_root(world, [&] {
    check(layout);
    places = create_file(path, layout, if_present);
  });
  share(world, layout, places);
  return TrajectoryFile(std::make_unique<Implementation>(group, path, layout, places));
}

TrajectoryFile TrajectoryFile::reopen(const Communicator& world, const Communicator& group,
                                      const std::filesystem::path& folder,
                                      const TrajectoryLayout& expected) {
  const auto path = folder / file_name;
  TrajectoryPlaces places;
  on_root(world, [&] {
    check(expected);
    places = find_places(path, expected);
  });
  share(world, expected, places);
  return TrajectoryFile(std::make_unique<Implementation>(group, path, expected, places));
}

TrajectoryFile::TrajectoryFile(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
TrajectoryFile::TrajectoryFile(TrajectoryFile&&) noexcept = default;
TrajectoryFile& TrajectoryFile::operator=(TrajectoryFile&&) noexcept = default;
TrajectoryFile::~TrajectoryFile() = default;

const TrajectoryLayout& TrajectoryFile::layout() const {
  return implementation_->layout;
}
const std::filesystem::path& TrajectoryFile::path() const {
  return implementation_->path;
}

std::uint64_t TrajectoryFile::write_frame(std::int64_t member, std::int64_t frame,
                                          std::size_t field, const Box& block,
                                          std::span<const double> values) {
  auto& self = *implementation_;
  self.table.place(member, frame, field);  // throws when there is no such frame
  // A frame that is written again is not valid while it is half old and half new.
  if (self.is_group_root && self.entry(member, frame, field) != 0) {
    self.enter(member, frame, field, 0);
  }
  const auto digest = self.blocks.write(self.frame_place(member, frame, field), block, values);
  if (self.is_group_root) self.enter(member, frame, field, table_entry(digest));
  return digest;
}

void TrajectoryFile::write_certificate(std::int64_t member, std::span<const double> values) {
  auto& self = *implementation_;
  require(values.size() == self.places.certificates.size() && member >= 0 &&
              member < self.layout.members,
          ExitCode::internal_error, "a certificate does not fit the file");
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint64_t place =
        self.places.certificates[i] + static_cast<std::uint64_t>(member) * sizeof(double);
    self.blocks.write_bytes(place, std::as_bytes(values.subspan(i, 1)));
  }
}

void TrajectoryFile::invalidate(std::int64_t member, std::int64_t from_frame) {
  auto& self = *implementation_;
  for (std::int64_t frame = from_frame; frame < self.layout.frames(); ++frame) {
    for (std::size_t field = 0; field < self.layout.fields.size(); ++field) {
      self.enter(member, frame, field, 0);
    }
  }
  const std::vector<double> unknown(self.places.certificates.size(),
                                    std::numeric_limits<double>::quiet_NaN());
  write_certificate(member, unknown);
}

void TrajectoryFile::require_intact(std::int64_t first_member, std::int64_t count,
                                    std::int64_t frame) const {
  const TrajectoryReader reader(path());
  for (std::int64_t member = first_member; member < first_member + count; ++member) {
    for (std::size_t field = 0; field < layout().fields.size(); ++field) {
      const bool is_intact = reader.stored_digest(member, frame, field) ==
                             reader.recorded_digest(member, frame, field);
      require(is_intact, ExitCode::unusable_file,
              fmt::format("{}: member {}, frame {}: damaged: the values are not those that were "
                          "written",
                          path().string(), member, frame));
    }
  }
}

std::vector<std::int64_t> TrajectoryFile::valid_frames() const {
  const PosixFile file(implementation_->path, PosixFile::Mode::read);
  return implementation_->table.valid_frames(file);
}

void TrajectoryFile::sync() {
  implementation_->blocks.sync();
}

void TrajectoryFile::publish_progress(const std::string& status) const {
  const auto folder = path().parent_path();
  const auto valid = valid_frames();
  replace_file(folder / "progress.json", progress_summary(layout(), valid, status));
  write_xdmf(folder, layout(), valid);
}

}  // namespace parapet
