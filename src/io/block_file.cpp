#include "io/block_file.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "base/mpi_native.hpp"
#include "io/block_pieces.hpp"
#include "io/mpi_file.hpp"
#include "io/posix_file.hpp"

namespace parapet {

namespace {

/// A place whose components are made part of the fastest axis, so that it is an array of numbers.
struct NumberPlace {
  std::uint64_t offset;
  Shape shape;
  std::int64_t number_bytes;
};

NumberPlace numbers_of(const ArrayPlace& place) {
  Shape shape = place.shape;
  shape[2] *= place.components;
  return {place.offset, shape, place.precision == Precision::float32 ? 4 : 8};
}

Box numbers_of(Box block, std::int64_t components) {
  block.offset[2] *= components;
  block.count[2] *= components;
  return block;
}

/// What is stored, taken into the digest at index `first`: rounded values, or the caller's own.
std::span<const float> as_stored(std::span<const double> values, std::span<float> buffer,
                                 Digest& digest, std::uint64_t first) {
  narrow_and_add_to(digest, values, first, buffer.data());
  return buffer.first(values.size());
}
std::span<const double> as_stored(std::span<const double> values, std::span<double>, Digest& digest,
                                  std::uint64_t first) {
  add_to(digest, values, first);
  return values;
}

}  // namespace

class BlockFile::Implementation {
 public:
  Implementation(Communicator group, PosixFile opened, const Options& options)
      : file(std::move(opened)), group_(std::move(group)), options_(options) {}

  std::uint64_t write(const ArrayPlace& place, const Box& block, std::span<const double> values) {
    require_inside(place.shape, block);
    require(values.size() == static_cast<std::size_t>(block.size() * place.components),
            ExitCode::internal_error, "a block's values do not match its size");
    if (place.precision == Precision::float32) {
      return write_as<float>(numbers_of(place), numbers_of(block, place.components), values);
    }
    return write_as<double>(numbers_of(place), numbers_of(block, place.components), values);
  }

  PosixFile file;

 private:
  template <class Stored>
  std::uint64_t write_as(const NumberPlace& place, const Box& block,
                         std::span<const double> values) {
    const std::int64_t run_bytes = run_length(place.shape, block) * place.number_bytes;
    const bool is_one_run = run_length(place.shape, block) == block.size();
    const bool has_long_runs =
        is_one_run || run_bytes >= static_cast<std::int64_t>(options_.shortest_run);
    Digest digest;
    if (group_.all(has_long_runs)) {
      collectively(group_, [&] { write_runs<Stored>(place, block, values, digest); });
    } else {
      write_together<Stored>(place, block, values, digest);
    }
    return group_.all_reduce(digest.value(), Reduction::sum);
  }

  /// Converts in pieces that are still in the cache when they are written. Smaller pieces are as
  /// fast in some runs and half as fast in others.
  template <class Stored>
  void write_runs(const NumberPlace& place, const Box& block, std::span<const double> values,
                  Digest& digest) {
    const std::size_t most = std::max<std::size_t>(
        1, std::min(options_.cached_piece, options_.largest_piece) / sizeof(Stored));
    buffer_.resize(most * sizeof(Stored));
    const std::span buffer(reinterpret_cast<Stored*>(buffer_.data()), most);
    for_each_run(place.shape, block, [&](const Run& run) {
      const auto count = static_cast<std::size_t>(run.count);
      for (std::size_t begin = 0, size = 0; begin < count; begin += size) {
        const std::uint64_t first = static_cast<std::uint64_t>(run.in_array) + begin;
        const std::uint64_t in_file = place.offset + first * sizeof(Stored);
        size = std::min(most, count - begin);
        const auto source = values.subspan(static_cast<std::size_t>(run.in_block) + begin, size);
        file.write(std::as_bytes(as_stored(source, buffer, digest, first)), in_file);
      }
    });
  }

  /// One collective MPI-IO call a round; ranks with fewer pieces than others join with nothing.
  template <class Stored>
  void write_together(const NumberPlace& place, const Box& block, std::span<const double> values,
                      Digest& digest) {
    const auto most = static_cast<std::int64_t>(
        std::max<std::size_t>(1, options_.largest_piece / sizeof(Stored)));
    const auto pieces = pieces_of(block, most);
    const auto rounds =
        group_.all_reduce(static_cast<std::int64_t>(pieces.size()), Reduction::maximum);
    if (!mpi_file_) mpi_file_.emplace(native(group_), file.path());
    std::string failure;
    std::vector<Stored> stored;
    for (std::size_t round = 0; round < static_cast<std::size_t>(rounds); ++round) {
      const Box piece = round < pieces.size() ? pieces[round] : Box{{0, 0, 0}, {0, 0, 0}};
      stored.resize(static_cast<std::size_t>(piece.size()));
      gather(place, block, piece, values, std::span(stored), digest);
      const auto problem = mpi_file_->write_all({place.offset, place.shape, place.number_bytes},
                                                piece, std::as_bytes(std::span(stored)));
      if (failure.empty()) failure = problem;
    }
    collectively(group_, [&] { require(failure.empty(), ExitCode::input_output, failure); });
  }

  template <class Stored>
  static void gather(const NumberPlace& place, const Box& block, const Box& piece,
                     std::span<const double> values, std::span<Stored> stored, Digest& digest) {
    std::size_t done = 0;
    Box within = piece;
    for (std::size_t axis = 0; axis < 3; ++axis) within.offset[axis] -= block.offset[axis];
    if (piece.size() == 0) return;
    for (std::int64_t x = 0; x < piece.count[0]; ++x) {
      for (std::int64_t y = 0; y < piece.count[1]; ++y) {
        const Shape here{within.offset[0] + x, within.offset[1] + y, within.offset[2]};
        const Shape there{piece.offset[0] + x, piece.offset[1] + y, piece.offset[2]};
        const auto count = static_cast<std::size_t>(piece.count[2]);
        const auto row = as_stored(
            values.subspan(static_cast<std::size_t>(linear_index(block.count, here)), count),
            stored.subspan(done, count), digest,
            static_cast<std::uint64_t>(linear_index(place.shape, there)));
        std::copy(row.begin(), row.end(), stored.begin() + static_cast<std::ptrdiff_t>(done));
        done += count;
      }
    }
  }

  Communicator group_;
  Options options_;
  std::vector<std::byte> buffer_;
  std::optional<MpiFile> mpi_file_;
};

BlockFile::BlockFile(const Communicator& group, const std::filesystem::path& path,
                     const Options& options) {
  std::optional<PosixFile> file;
  collectively(group, [&] { file.emplace(path, PosixFile::Mode::read_write); });
  implementation_ = std::make_unique<Implementation>(group.duplicate(), std::move(*file), options);
}

BlockFile::BlockFile(BlockFile&&) noexcept = default;
BlockFile& BlockFile::operator=(BlockFile&&) noexcept = default;
BlockFile::~BlockFile() = default;

std::uint64_t BlockFile::write(const ArrayPlace& place, const Box& block,
                               std::span<const double> values) {
  return implementation_->write(place, block, values);
}

void BlockFile::write_bytes(std::uint64_t offset, std::span<const std::byte> bytes) const {
  implementation_->file.write(bytes, offset);
}

void BlockFile::read_bytes(std::uint64_t offset, std::span<std::byte> bytes) const {
  implementation_->file.read(bytes, offset);
}

void BlockFile::sync() const {
  implementation_->file.sync();
}

}  // namespace parapet
