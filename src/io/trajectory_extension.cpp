#include "io/trajectory_extension.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "io/block_pieces.hpp"
#include "io/posix_file.hpp"
#include "io/progress_table.hpp"
#include "io/trajectory_draft.hpp"
#include "io/trajectory_file.hpp"
#include "io/trajectory_header.hpp"
#include "io/trajectory_seal.hpp"

namespace parapet {

namespace {

constexpr std::size_t bytes_at_once = std::size_t{16} << 20;

/// One of the two files with what is needed to find a frame in it.
struct Side {
  TrajectoryLayout layout;
  TrajectoryPlaces places;
  PosixFile file;
  ProgressTable table;

  Side(const std::filesystem::path& path, PosixFile::Mode mode, TrajectoryLayout of,
       TrajectoryPlaces at)
      : layout(std::move(of)),
        places(std::move(at)),
        file(path, mode),
        table(layout, places.digests) {}

  std::uint64_t frame_bytes(std::size_t field) const {
    return static_cast<std::uint64_t>(layout.grid.point_count() * layout.fields[field].components *
                                      layout.value_bytes());
  }
  std::uint64_t place(std::int64_t member, std::int64_t frame, std::size_t field) const {
    const auto before = static_cast<std::uint64_t>(member * layout.frames() + frame);
    return places.fields[field] + before * frame_bytes(field);
  }
};

/// Calls visit(bytes, offset from the beginning) for a stretch of a file, piece by piece.
template <class F>
void for_each_piece(const PosixFile& file, std::uint64_t begin, std::uint64_t bytes, F&& visit) {
  std::vector<std::byte> piece;
  for (std::uint64_t done = 0; done < bytes; done += piece.size()) {
    piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(bytes_at_once, bytes - done)));
    file.read(piece, begin + done);
    visit(std::span<const std::byte>(piece), done);
  }
}

void add_bytes(Digest& digest, Precision precision, std::span<const std::byte> bytes,
               std::uint64_t offset) {
  const auto add_as = [&]<class Number>(Number) {
    const auto* const numbers = reinterpret_cast<const Number*>(bytes.data());
    add_to(digest, std::span(numbers, bytes.size() / sizeof(Number)), offset / sizeof(Number));
  };
  precision == Precision::float32 ? add_as(float{}) : add_as(double{});
}

void copy_frame(const Side& from, const Side& to, std::int64_t member, std::int64_t frame,
                std::size_t field) {
  const auto entry = from.table.read(from.file, member, frame, field);
  const std::uint64_t bytes = from.frame_bytes(field);
  const Precision precision = from.layout.precision;
  Digest found, written;
  for_each_piece(from.file, from.place(member, frame, field), bytes,
                 [&](std::span<const std::byte> piece, std::uint64_t offset) {
                   add_bytes(found, precision, piece, offset);
                   to.file.write(piece, to.place(member, frame, field) + offset);
                 });
  require(table_entry(found.value()) == entry, ExitCode::unusable_file,
          fmt::format("{}: member {}, frame {}: damaged: the values are not those that were "
                      "written",
                      from.file.path().string(), member, frame));
  for_each_piece(to.file, to.place(member, frame, field), bytes,
                 [&](std::span<const std::byte> piece, std::uint64_t offset) {
                   add_bytes(written, precision, piece, offset);
                 });
  require(written.value() == found.value(), ExitCode::input_output,
          to.file.path().string() + ": what was read back is not what was written");
  to.file.write(std::as_bytes(std::span(&entry, 1)), to.table.place(member, frame, field));
}

/// Frames at the beginning that both layouts have at the same times.
std::int64_t common_frames(const TrajectoryLayout& a, const TrajectoryLayout& b) {
  const auto [end, ignored] =
      std::mismatch(a.times.begin(), a.times.end(), b.times.begin(), b.times.end());
  return end - a.times.begin();
}

/// The frames of all members are dealt out in turn, so that every rank copies as many.
void copy_share(const Communicator& world, const Side& from, const Side& to,
                const std::function<void()>& at_each_step) {
  const auto valid = from.table.valid_frames(from.file);
  const std::int64_t members = std::min(from.layout.members, to.layout.members);
  const std::int64_t common = common_frames(from.layout, to.layout);
  std::int64_t number = 0;
  for (std::int64_t m = 0; m < members; ++m) {
    const std::int64_t frames = std::min(common, valid[static_cast<std::size_t>(m)]);
    for (std::int64_t f = 0; f < frames; ++f) {
      if (number++ % world.size() != world.rank()) continue;
      for (std::size_t i = 0; i < from.layout.fields.size(); ++i) copy_frame(from, to, m, f, i);
      at_each_step();
    }
  }
  to.file.sync();
}

void copy_certificates(const Side& from, const Side& to, std::span<const std::int64_t> finished) {
  for (const std::int64_t member : finished) {
    const auto place = static_cast<std::uint64_t>(member) * sizeof(double);
    for (std::size_t i = 0; i < from.places.certificates.size(); ++i) {
      std::array<std::byte, sizeof(double)> value{};
      from.file.read(value, from.places.certificates[i] + place);
      to.file.write(value, to.places.certificates[i] + place);
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
      copy_share(world, from, to, at_each_step);
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
