#include "io/trajectory_seal.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "io/posix_file.hpp"

namespace parapet {

namespace {

constexpr std::array<char, 16> magic = {'p', 'a', 'r', 'a', 'p', 'e', 't',  '-',
                                        't', 'r', 'a', 'j', '-', '1', '\n', '\0'};

/// The last bytes of a sealed file; before them stand the ranges of the values.
struct Tail {
  std::uint64_t ranges;
  std::uint64_t other_bytes_digest;
  std::uint64_t seal_digest;  ///< of the ranges and of the two words above
  std::array<char, 16> magic;
};

std::uint64_t digest_of(const std::vector<ByteRange>& ranges, const Tail& tail) {
  Digest digest;
  std::uint64_t index = 0;
  for (const auto& range : ranges) {
    digest.add_bits(range.begin, index++);
    digest.add_bits(range.bytes, index++);
  }
  digest.add_bits(tail.ranges, index++);
  digest.add_bits(tail.other_bytes_digest, index++);
  return digest.value();
}

std::vector<ByteRange> ranges_of(const TrajectoryLayout& layout, const TrajectoryPlaces& places) {
  std::vector<ByteRange> ranges;
  const auto members = static_cast<std::uint64_t>(layout.members);
  const auto frames = static_cast<std::uint64_t>(layout.frames());
  for (std::size_t i = 0; i < places.fields.size(); ++i) {
    const auto numbers =
        static_cast<std::uint64_t>(layout.grid.point_count() * layout.fields[i].components);
    ranges.push_back({places.fields[i], members * frames * numbers *
                                            static_cast<std::uint64_t>(layout.value_bytes())});
  }
  for (const auto offset : places.certificates) ranges.push_back({offset, 8 * members});
  ranges.push_back({places.digests, 8 * members * frames * layout.fields.size()});
  return ranges;
}

/// Digest of the bytes before `end` that lie in none of the (sorted) ranges.
std::uint64_t other_bytes_digest(const PosixFile& file, const std::vector<ByteRange>& ranges,
                                 std::uint64_t end) {
  Digest digest;
  std::uint64_t index = 0;
  std::vector<std::uint64_t> words;
  const auto take = [&](std::uint64_t begin, std::uint64_t stop) {
    while (begin < stop) {
      const std::uint64_t bytes = std::min<std::uint64_t>(stop - begin, std::uint64_t{1} << 20);
      words.assign((bytes + 7) / 8, 0);
      file.read(std::as_writable_bytes(std::span(words)).first(bytes), begin);
      for (const auto word : words) digest.add_bits(word, index++);
      begin += bytes;
    }
  };
  std::uint64_t begin = 0;
  for (const auto& range : ranges) {
    take(begin, std::min(range.begin, end));
    begin = std::max(begin, std::min(range.begin + range.bytes, end));
  }
  take(begin, end);
  return digest.value();
}

}  // namespace

void seal_file(const std::filesystem::path& path, std::vector<ByteRange> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const ByteRange& a, const ByteRange& b) { return a.begin < b.begin; });
  PosixFile file(path, PosixFile::Mode::read_write);
  const std::uint64_t end = file.size();
  Tail tail{ranges.size(), other_bytes_digest(file, ranges, end), 0, magic};
  tail.seal_digest = digest_of(ranges, tail);
  file.write(std::as_bytes(std::span(ranges)), end);
  file.write(std::as_bytes(std::span(&tail, 1)), end + ranges.size() * sizeof(ByteRange));
  file.close();
}

void seal_trajectory(const std::filesystem::path& path, const TrajectoryLayout& layout,
                     const TrajectoryPlaces& places) {
  seal_file(path, ranges_of(layout, places));
}

void check_seal(const std::filesystem::path& path) {
  const PosixFile file(path, PosixFile::Mode::read);
  Tail tail{};
  if (file.size() < sizeof(Tail)) return;
  const std::uint64_t before_tail = file.size() - sizeof(Tail);
  file.read(std::as_writable_bytes(std::span(&tail, 1)), before_tail);
  if (tail.magic != magic) return;
  const auto require_sound = [&](bool is_sound) {
    require(is_sound, ExitCode::unusable_file,
            path.string() + ": damaged: bytes outside its values are not as they were written");
  };
  require_sound(tail.ranges <= before_tail / sizeof(ByteRange) && tail.ranges <= 100000);
  std::vector<ByteRange> ranges(tail.ranges);
  const std::uint64_t end = before_tail - ranges.size() * sizeof(ByteRange);
  file.read(std::as_writable_bytes(std::span(ranges)), end);
  require_sound(digest_of(ranges, tail) == tail.seal_digest);
  require_sound(other_bytes_digest(file, ranges, end) == tail.other_bytes_digest);
}

}  // namespace parapet
