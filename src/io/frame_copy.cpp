#include "io/frame_copy.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "io/block_pieces.hpp"

namespace parapet {

namespace {

constexpr std::size_t bytes_at_once = std::size_t{16} << 20;

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

void copy_frame(const FrameStore& from, const FrameStore& to, std::int64_t member,
                std::int64_t frame, std::size_t column) {
  const auto entry = from.table.read(from.file, member, frame, column);
  const std::uint64_t bytes = from.columns[column].frame_bytes;
  Digest found, written;
  for_each_piece(from.file, from.place(member, frame, column), bytes,
                 [&](std::span<const std::byte> piece, std::uint64_t offset) {
                   add_bytes(found, from.precision, piece, offset);
                   to.file.write(piece, to.place(member, frame, column) + offset);
                 });
  require(table_entry(found.value()) == entry, ExitCode::unusable_file,
          fmt::format("{}: member {}, frame {}: damaged: the values are not those that were "
                      "written",
                      from.file.path().string(), member, frame));
  for_each_piece(to.file, to.place(member, frame, column), bytes,
                 [&](std::span<const std::byte> piece, std::uint64_t offset) {
                   add_bytes(written, from.precision, piece, offset);
                 });
  require(written.value() == found.value(), ExitCode::input_output,
          to.file.path().string() + ": what was read back is not what was written");
  to.file.write(std::as_bytes(std::span(&entry, 1)), to.table.place(member, frame, column));
}

/// Frames at the beginning that both have at the same times.
std::int64_t common_frames(const FrameStore& a, const FrameStore& b) {
  const auto [end, ignored] =
      std::mismatch(a.times.begin(), a.times.end(), b.times.begin(), b.times.end());
  return end - a.times.begin();
}

}  // namespace

/// The frames of all members are dealt out in turn, so that every rank copies as many.
void copy_frames(const Communicator& world, const FrameStore& from, const FrameStore& to,
                 const std::function<void()>& at_each_step) {
  const auto valid = from.table.valid_frames(from.file);
  const std::int64_t members = std::min(from.members, to.members);
  const std::int64_t common = common_frames(from, to);
  std::int64_t number = 0;
  for (std::int64_t m = 0; m < members; ++m) {
    const std::int64_t frames = std::min(common, valid[static_cast<std::size_t>(m)]);
    for (std::int64_t f = 0; f < frames; ++f) {
      if (number++ % world.size() != world.rank()) continue;
      for (std::size_t i = 0; i < from.columns.size(); ++i) copy_frame(from, to, m, f, i);
      at_each_step();
    }
  }
  to.file.sync();
}

}  // namespace parapet
