#include "io/particle_reader.hpp"

#include <algorithm>

#include "base/failure.hpp"
#include "io/block_pieces.hpp"
#include "io/hdf5_guard.hpp"
#include "io/particle_structure.hpp"
#include "io/posix_file.hpp"
#include "io/progress_table.hpp"
#include "io/trajectory_seal.hpp"

namespace parapet {

namespace {

constexpr std::int64_t numbers_at_once = std::int64_t{1} << 19;

}  // namespace

class ParticleReader::Implementation {
 public:
  explicit Implementation(const std::filesystem::path& path)
      : header(read_particle_header(path)),
        columns(header.layout.columns()),
        file(path, PosixFile::Mode::read),
        table(header.layout.members, header.layout.frames(), columns.size(),
              header.places.digests) {}

  std::int64_t frame_numbers(std::size_t column) const {
    return header.layout.slots() * columns[column].components;
  }

  /// Numbers `first` … of a column of a frame, as stored.
  template <class Stored>
  void load(std::size_t column, std::int64_t member, std::int64_t frame, std::int64_t first,
            std::span<Stored> values) const {
    const std::int64_t before =
        (member * header.layout.frames() + frame) * frame_numbers(column) + first;
    file.read(std::as_writable_bytes(values),
              header.places.columns[column] + static_cast<std::uint64_t>(before) * sizeof(Stored));
  }

  template <class Stored>
  std::uint64_t digest(std::size_t column, std::int64_t member, std::int64_t frame) const {
    Digest digest;
    std::vector<Stored> values;
    for (std::int64_t done = 0; done < frame_numbers(column); done += numbers_at_once) {
      values.resize(
          static_cast<std::size_t>(std::min(numbers_at_once, frame_numbers(column) - done)));
      load(column, member, frame, done, std::span(values));
      add_to(digest, std::span<const Stored>(values), static_cast<std::uint64_t>(done));
    }
    return digest.value();
  }

  template <class Stored>
  std::vector<double> values(std::size_t column, std::int64_t member, std::int64_t frame,
                             std::int64_t first, std::int64_t count) const {
    std::vector<Stored> stored(static_cast<std::size_t>(count));
    load(column, member, frame, first, std::span(stored));
    return {stored.begin(), stored.end()};
  }

  ParticleHeader header;
  std::vector<ParticleColumn> columns;
  PosixFile file;
  ProgressTable table;
};

ParticleReader::ParticleReader(const std::filesystem::path& file)
    : implementation_(std::make_unique<Implementation>(file)) {}
ParticleReader::ParticleReader(ParticleReader&&) noexcept = default;
ParticleReader& ParticleReader::operator=(ParticleReader&&) noexcept = default;
ParticleReader::~ParticleReader() = default;

bool ParticleReader::is_particle_file(const std::filesystem::path& file) {
  check_seal(file);
  return Hdf5Guard(file).has(particle_path("position"));
}

const std::filesystem::path& ParticleReader::path() const {
  return implementation_->file.path();
}
const ParticleLayout& ParticleReader::layout() const {
  return implementation_->header.layout;
}
const std::vector<ParticleColumn>& ParticleReader::columns() const {
  return implementation_->columns;
}

std::vector<std::int64_t> ParticleReader::valid_frames() const {
  return implementation_->table.valid_frames(implementation_->file);
}

std::vector<double> ParticleReader::read(std::size_t column, std::int64_t member,
                                         std::int64_t frame, std::int64_t first,
                                         std::int64_t count) const {
  const auto& self = *implementation_;
  self.table.place(member, frame, column);  // throws when there is no such frame
  require(
      first >= 0 && count >= 0 && first <= layout().slots() && count <= layout().slots() - first,
      ExitCode::internal_error, "the file has no such particles");
  const std::int64_t components = self.columns[column].components;
  return layout().precision == Precision::float32
             ? self.values<float>(column, member, frame, first * components, count * components)
             : self.values<double>(column, member, frame, first * components, count * components);
}

std::vector<std::uint64_t> ParticleReader::ids(std::int64_t first, std::int64_t count) const {
  require(
      first >= 0 && count >= 0 && first <= layout().slots() && count <= layout().slots() - first,
      ExitCode::internal_error, "the file has no such particles");
  std::vector<std::uint64_t> found(static_cast<std::size_t>(count));
  implementation_->file.read(
      std::as_writable_bytes(std::span(found)),
      implementation_->header.places.ids + 8 * static_cast<std::uint64_t>(first));
  return found;
}

std::uint64_t ParticleReader::recorded_digest(std::size_t column, std::int64_t member,
                                              std::int64_t frame) const {
  return implementation_->table.read(implementation_->file, member, frame, column);
}

std::uint64_t ParticleReader::stored_digest(std::size_t column, std::int64_t member,
                                            std::int64_t frame) const {
  const auto& self = *implementation_;
  self.table.place(member, frame, column);  // throws when there is no such frame
  return table_entry(layout().precision == Precision::float32
                         ? self.digest<float>(column, member, frame)
                         : self.digest<double>(column, member, frame));
}

}  // namespace parapet
