#include "io/checkpoint_writing.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/failure.hpp"
#include "io/block_file.hpp"
#include "io/checkpoint_image.hpp"
#include "io/posix_file.hpp"

namespace parapet {

namespace {

constexpr std::int64_t longest_name = 200;

void check_name(const std::string& name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  require(!name.empty() && name.size() <= longest_name && name.front() != '.' &&
              std::all_of(name.begin(), name.end(), is_allowed),
          ExitCode::internal_error, "\"" + name + "\" cannot name a part of a checkpoint");
}

/// Space first, then the file with everything but its values. Rank 0.
CheckpointPlaces prepare(const std::filesystem::path& path, const CheckpointContent& content) {
  const auto bytes = checkpoint_bytes(content);
  require_space(path.parent_path(), bytes);
  auto places = lay_out_checkpoint(path, content);
  PosixFile file(path, PosixFile::Mode::read_write);
  file.reserve(file.size());
  file.close();
  return places;
}

/// Every rank's values, their digests, and last that it is complete.
void write_values(const Communicator& communicator, const std::filesystem::path& path,
                  const CheckpointContent& content, const CheckpointPlaces& places,
                  std::size_t largest_piece) {
  BlockFile::Options options;
  options.largest_piece = largest_piece;
  BlockFile file(communicator, path, options);
  std::vector<std::uint64_t> digests;
  for (const auto& [name, array] : content.arrays) {
    const ArrayPlace place{places.arrays[digests.size()], array.shape, 1, Precision::float64};
    digests.push_back(file.write(place, array.block, array.values));
  }
  on_root(communicator, [&] {
    const std::uint64_t complete = 1;
    if (!digests.empty()) file.write_bytes(places.digests, std::as_bytes(std::span(digests)));
    file.write_bytes(places.complete, std::as_bytes(std::span(&complete, 1)));
  });
  collectively(communicator, [&] { file.sync(); });
}

}  // namespace

void check_content(const CheckpointContent& content) {
  require(content.step >= 0, ExitCode::internal_error, "a checkpoint's step is at least 0");
  for (const auto& [name, value] : content.attributes) check_name(name);
  for (const auto& [name, array] : content.arrays) {
    check_name(name);
    require(*std::min_element(array.shape.begin(), array.shape.end()) >= 1,
            ExitCode::internal_error, "array " + name + " is empty");
    require_inside(array.shape, array.block);
    require(static_cast<std::int64_t>(array.values.size()) == array.block.size(),
            ExitCode::internal_error, "array " + name + ": values do not match the block");
    require_finite(name, array.values, ExitCode::blew_up);
  }
}

void write_unsealed(const Communicator& communicator, const std::filesystem::path& path,
                    const CheckpointContent& content, std::size_t largest_piece) {
  CheckpointPlaces places;
  on_root(communicator, [&] { places = prepare(path, content); });
  places.arrays.resize(content.arrays.size());
  communicator.broadcast(std::span(places.arrays));
  write_values(communicator, path, content, places, largest_piece);
}

}  // namespace parapet
