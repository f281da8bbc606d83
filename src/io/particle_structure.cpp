#include "io/particle_structure.hpp"

#include <algorithm>

#include "io/hdf5_guard.hpp"
#include "io/hdf5_handle.hpp"
#include "io/posix_file.hpp"
#include "io/trajectory_draft.hpp"
#include "io/trajectory_seal.hpp"

namespace parapet {

namespace {

constexpr const char* group_name = "/particles";
constexpr std::int64_t format_version = 1;
constexpr std::int64_t ids_at_once = std::int64_t{1} << 17;

std::uint64_t unsigned_of(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

/// [member][frame][slot][component], a single component left out.
Extents extents_of(const ParticleLayout& layout, const ParticleColumn& column) {
  Extents extents{unsigned_of(layout.members), unsigned_of(layout.frames()),
                  unsigned_of(layout.slots())};
  if (column.components > 1) extents.push_back(unsigned_of(column.components));
  return extents;
}

Extents table_extents(const ParticleLayout& layout) {
  return {unsigned_of(layout.members), unsigned_of(layout.frames()), layout.columns().size()};
}

void write_provenance(hid_t root, const ParticleLayout& layout) {
  const auto group = create_group(root, "provenance");
  const hid_t id = group.id();
  set_attribute(id, "written_by", "parapet");
  set_attribute(id, "format_version", format_version);
  set_attribute(id, "title", layout.title);
  set_attribute(id, "equation", layout.equation);
  set_attribute(id, "code_version", layout.code_version);
  set_attribute(id, "input", layout.input_text);
}

void write_attributes(hid_t group, const ParticleLayout& layout) {
  set_attribute(group, "dataset_name", layout.dataset_name);
  set_attribute(group, "members", layout.members);
  set_attribute(group, "count", layout.particles);
  set_attribute(group, "every", layout.every);
  set_attribute(group, "dimensions", std::int64_t{layout.dimensions});
  set_attribute(group, "scalars", layout.scalars);
  std::vector<std::string> names;
  for (const auto& column : layout.columns()) names.push_back(column.name);
  set_attribute(group, "field_names", names);
}

ParticlePlaces lay_out(const std::filesystem::path& path, const ParticleLayout& layout) {
  ParticlePlaces places;
  auto file = create_hdf5(path);
  const auto group = create_group(file.id(), "particles");
  write_attributes(group.id(), layout);
  write_dataset(file.id(), "time", H5T_IEEE_F64LE, {layout.times.size()}, layout.times);
  const hid_t number = layout.precision == Precision::float32 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
  for (const auto& column : layout.columns()) {
    const auto dataset =
        create_dataset(group.id(), column.name, number, extents_of(layout, column));
    places.columns.push_back(file_offset(dataset.id()));
  }
  const auto ids = create_dataset(group.id(), "id", H5T_STD_U64LE, {unsigned_of(layout.slots())});
  places.ids = file_offset(ids.id());
  const auto progress = create_group(file.id(), "progress");
  const auto digests =
      create_dataset(progress.id(), "digests", H5T_STD_U64LE, table_extents(layout));
  places.digests = file_offset(digests.id());
  write_provenance(file.id(), layout);
  file.close(path.string());
  return places;
}

std::vector<ByteRange> ranges_of(const ParticleLayout& layout, const ParticlePlaces& places) {
  const auto columns = layout.columns();
  const std::uint64_t frames = unsigned_of(layout.members * layout.frames());
  const std::uint64_t slots = unsigned_of(layout.slots());
  std::vector<ByteRange> ranges = {{places.ids, 8 * slots},
                                   {places.digests, 8 * frames * columns.size()}};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto bytes = unsigned_of(columns[i].components * layout.value_bytes());
    ranges.push_back({places.columns[i], frames * slots * bytes});
  }
  return ranges;
}

/// Room for groups, attributes, times and the table beside the values.
std::uint64_t bytes_needed(const ParticleLayout& layout) {
  const std::uint64_t columns = layout.columns().size();
  return layout.data_bytes() + 8 * unsigned_of(layout.members * layout.frames()) * columns +
         8 * layout.times.size() + 1024 * columns + layout.input_text.size() +
         (std::uint64_t{1} << 16);
}

ParticleLayout read_layout(const Hdf5Guard& file) {
  const std::string group = group_name, provenance = "/provenance";
  if (file.integer(provenance, "format_version") != format_version) {
    file.refuse(provenance, "is of another version");
  }
  ParticleLayout layout;
  layout.dataset_name = file.text(group, "dataset_name");
  layout.members = file.integer(group, "members");
  layout.times = file.values("/time");
  layout.particles = file.integer(group, "count");
  layout.every = file.integer(group, "every");
  layout.dimensions = static_cast<int>(std::clamp<std::int64_t>(
      file.integer(group, "dimensions"), 0, ParticleLayout::most_dimensions + 1));
  layout.has_velocity = file.has(particle_path("velocity"));
  layout.has_weight = file.has(particle_path("weight"));
  layout.scalars = file.texts(group, "scalars");
  layout.title = file.text(provenance, "title");
  layout.equation = file.text(provenance, "equation");
  layout.code_version = file.text(provenance, "code_version");
  layout.input_text = file.text(provenance, "input");
  return layout;
}

void require_sound(const Hdf5Guard& file, const ParticleLayout& layout) {
  try {
    check(layout);
  } catch (const Failure& failure) {
    file.refuse(group_name, std::string("makes no sense: ") + failure.what());
  }
}

std::uint64_t place_of(const Hdf5Guard& file, const GuardedDataset& dataset,
                       const Extents& expected) {
  if (dataset.extents != expected) file.refuse(dataset.name, "has other extents than the file");
  if (!dataset.is_native || !dataset.offset)
    file.refuse(dataset.name, "is not stored in one piece");
  return *dataset.offset;
}

}  // namespace

std::string particle_path(const std::string& name) {
  return std::string(group_name) + "/" + name;
}

ParticlePlaces make_particle_draft(const std::filesystem::path& path,
                                   const ParticleLayout& layout) {
  check(layout);
  ParticlePlaces places;
  make_draft(path, bytes_needed(layout), [&](const std::filesystem::path& draft) {
    places = lay_out(draft, layout);
    seal_file(draft, ranges_of(layout, places));
  });
  return places;
}

void write_ids(const Communicator& world, const std::filesystem::path& draft,
               const ParticleLayout& layout, const ParticlePlaces& places) {
  const PosixFile file(draft, PosixFile::Mode::read_write);
  const std::int64_t end = layout.slots() / world.size() * (world.rank() + 1) +
                           std::min<std::int64_t>(layout.slots() % world.size(), world.rank() + 1);
  std::int64_t slot = layout.slots() / world.size() * world.rank() +
                      std::min<std::int64_t>(layout.slots() % world.size(), world.rank());
  std::vector<std::uint64_t> ids;
  for (; slot < end; slot += ids_at_once) {
    ids.resize(static_cast<std::size_t>(std::min(ids_at_once, end - slot)));
    for (std::size_t i = 0; i < ids.size(); ++i) {
      ids[i] = static_cast<std::uint64_t>((slot + static_cast<std::int64_t>(i)) * layout.every);
    }
    file.write(std::as_bytes(std::span(ids)), places.ids + 8 * static_cast<std::uint64_t>(slot));
  }
  file.sync();
}

ParticleHeader read_particle_header(const std::filesystem::path& path) {
  check_seal(path);
  const Hdf5Guard file(path);
  ParticleHeader header{read_layout(file), {}};
  auto& layout = header.layout;
  require_sound(file, layout);
  int bytes = 0;
  for (const auto& column : layout.columns()) {
    const auto dataset = file.dataset(particle_path(column.name));
    if (bytes != 0 && dataset.number_bytes != bytes) {
      file.refuse(dataset.name, "has another precision");
    }
    bytes = dataset.number_bytes;
    header.places.columns.push_back(place_of(file, dataset, extents_of(layout, column)));
  }
  layout.precision = bytes == 4 ? Precision::float32 : Precision::float64;
  const auto unsigned64 = Hdf5Guard::Numbers::unsigned64;
  header.places.ids =
      place_of(file, file.dataset(particle_path("id"), unsigned64), {unsigned_of(layout.slots())});
  header.places.digests =
      place_of(file, file.dataset("/progress/digests", unsigned64), table_extents(layout));
  return header;
}

}  // namespace parapet
