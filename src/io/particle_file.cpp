#include "io/particle_file.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "io/block_file.hpp"
#include "io/particle_reader.hpp"
#include "io/particle_structure.hpp"
#include "io/particle_xdmf.hpp"
#include "io/posix_file.hpp"
#include "io/progress_table.hpp"
#include "io/trajectory_draft.hpp"

namespace parapet {

namespace {

/// Particles gathered and written at a time.
constexpr std::int64_t slots_at_once = std::int64_t{1} << 17;

/// Kept particles [first, first + count) of a member.
struct Slots {
  std::int64_t first, count;
};

void share(const Communicator& world, const ParticleLayout& layout, ParticlePlaces& places) {
  places.columns.resize(layout.columns().size());
  world.broadcast(std::span(places.columns));
  world.broadcast(places.ids);
  world.broadcast(places.digests);
}

}  // namespace

class ParticleFile::Implementation {
 public:
  Implementation(const Communicator& communicator, std::filesystem::path file_path,
                 ParticleLayout file_layout, ParticlePlaces file_places)
      : path(std::move(file_path)),
        layout(std::move(file_layout)),
        columns(layout.columns()),
        places(std::move(file_places)),
        table(layout.members, layout.frames(), columns.size(), places.digests),
        group(communicator.duplicate()),
        blocks(group, path) {}

  /// Throws collectively unless the ranks of the group together bring every particle once.
  void require_whole(const ParticleValues& values) const {
    collectively(group, [&] { require_fitting(layout, values); });
    const auto firsts = group.all_gather(values.first_id), counts = group.all_gather(values.count);
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
    for (std::size_t i = 0; i < firsts.size(); ++i) {
      if (counts[i] > 0) ranges.emplace_back(firsts[i], counts[i]);
    }
    std::sort(ranges.begin(), ranges.end());
    std::int64_t next = 0;
    for (const auto& [first, count] : ranges) next = first == next ? next + count : -1;
    collectively(group, [&] {
      require(next == layout.particles, ExitCode::internal_error,
              "the ranks do not bring every particle once");
    });
  }

  void enter(std::int64_t member, std::int64_t frame, std::span<const std::uint64_t> row) const {
    on_root(group, [&] { blocks.write_bytes(table.place(member, frame, 0), std::as_bytes(row)); });
  }

  /// Gathers and writes this rank's part; returns the digest of the whole column. Collective.
  std::uint64_t write_column(std::int64_t member, std::int64_t frame, std::size_t column,
                             const ColumnSource& source, const ParticleValues& values) {
    const std::int64_t components = columns[column].components;
    const ArrayPlace place = place_of(member, frame, column);
    const Slots mine = slots_of(values);
    const std::int64_t rounds =
        group.all_reduce((mine.count + slots_at_once - 1) / slots_at_once, Reduction::maximum);
    std::uint64_t digest = 0;  // digests of parts add up
    for (std::int64_t round = 0; round < rounds; ++round) {
      const std::int64_t done = std::min(mine.count, round * slots_at_once);
      const Slots part{mine.first + done, std::min(slots_at_once, mine.count - done)};
      buffer.resize(static_cast<std::size_t>(part.count * components));
      gather(source, part.first * layout.every - values.first_id, layout.every, components, buffer);
      digest += blocks.write(place, {{part.first, 0, 0}, {part.count, 1, 1}}, buffer);
    }
    return digest;
  }

  std::filesystem::path path;
  ParticleLayout layout;
  std::vector<ParticleColumn> columns;
  ParticlePlaces places;
  ProgressTable table;
  Communicator group;
  BlockFile blocks;
  std::vector<double> buffer;

 private:
  Slots slots_of(const ParticleValues& values) const {
    const std::int64_t first = layout.slots_below(values.first_id);
    return {first, layout.slots_below(values.first_id + values.count) - first};
  }

  ArrayPlace place_of(std::int64_t member, std::int64_t frame, std::size_t column) const {
    const std::int64_t components = columns[column].components;
    const std::int64_t bytes = layout.slots() * components * layout.value_bytes();
    const auto before = static_cast<std::uint64_t>((member * layout.frames() + frame) * bytes);
    return {places.columns[column] + before, {layout.slots(), 1, 1}, components, layout.precision};
  }
};

ParticleFile ParticleFile::create(const Communicator& world, const Communicator& group,
                                  const std::filesystem::path& folder, const ParticleLayout& layout,
                                  IfPresent if_present) {
  const auto path = folder / file_name;
  ParticlePlaces places;
  on_root(world, [&] {
    require(if_present == IfPresent::replace || !std::filesystem::exists(path),
            ExitCode::input_output,
            path.string() + ": is there already; resume that run, or choose another folder");
    places = make_particle_draft(path, layout);
    // It tells of the file that was here before.
    std::filesystem::remove(folder / particle_xdmf_name);
  });
  share(world, layout, places);
  try {
    collectively(world, [&] { write_ids(world, draft_path(path), layout, places); });
    on_root(world, [&] { publish_file(draft_path(path), path); });
  } catch (const Failure&) {
    if (world.is_root()) remove_draft(path);
    throw;
  }
  return ParticleFile(std::make_unique<Implementation>(group, path, layout, places));
}

ParticleFile ParticleFile::reopen(const Communicator& world, const Communicator& group,
                                  const std::filesystem::path& folder,
                                  const ParticleLayout& expected) {
  const auto path = folder / file_name;
  ParticlePlaces places;
  on_root(world, [&] {
    check(expected);
    require(std::filesystem::exists(path), ExitCode::unusable_file,
            path.string() + ": there is no file of particles to continue");
    const auto header = read_particle_header(path);
    require_same(header.layout, expected, path.string());
    places = header.places;
  });
  share(world, expected, places);
  return ParticleFile(std::make_unique<Implementation>(group, path, expected, places));
}

ParticleFile::ParticleFile(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
ParticleFile::ParticleFile(ParticleFile&&) noexcept = default;
ParticleFile& ParticleFile::operator=(ParticleFile&&) noexcept = default;
ParticleFile::~ParticleFile() = default;

const ParticleLayout& ParticleFile::layout() const {
  return implementation_->layout;
}
const std::filesystem::path& ParticleFile::path() const {
  return implementation_->path;
}

void ParticleFile::write(std::int64_t member, std::int64_t frame, const ParticleValues& values) {
  auto& self = *implementation_;
  self.require_whole(values);
  self.table.place(member, frame, 0);  // throws when there is no such frame
  // A frame that is written again is not valid while it is half old and half new.
  std::vector<std::uint64_t> row(self.columns.size(), 0);
  self.enter(member, frame, row);
  const auto sources = sources_of(self.layout, values);
  for (std::size_t column = 0; column < row.size(); ++column) {
    row[column] = table_entry(self.write_column(member, frame, column, sources[column], values));
  }
  self.enter(member, frame, row);
}

void ParticleFile::invalidate(std::int64_t member, std::int64_t from_frame) {
  auto& self = *implementation_;
  const std::vector<std::uint64_t> row(self.columns.size(), 0);
  for (std::int64_t frame = from_frame; frame < self.layout.frames(); ++frame) {
    self.blocks.write_bytes(self.table.place(member, frame, 0), std::as_bytes(std::span(row)));
  }
}

void ParticleFile::require_intact(std::int64_t first_member, std::int64_t count,
                                  std::int64_t frame) const {
  const ParticleReader reader(path());
  for (std::int64_t member = first_member; member < first_member + count; ++member) {
    for (std::size_t column = 0; column < reader.columns().size(); ++column) {
      const bool is_intact = reader.stored_digest(column, member, frame) ==
                             reader.recorded_digest(column, member, frame);
      require(is_intact, ExitCode::unusable_file,
              fmt::format("{}: member {}, frame {}: damaged: the values are not those that were "
                          "written",
                          path().string(), member, frame));
    }
  }
}

std::vector<std::int64_t> ParticleFile::valid_frames() const {
  const PosixFile file(path(), PosixFile::Mode::read);
  return implementation_->table.valid_frames(file);
}

void ParticleFile::sync() {
  implementation_->blocks.sync();
}

void ParticleFile::publish_description() const {
  write_particle_xdmf(path().parent_path(), layout(), valid_frames());
}

}  // namespace parapet
