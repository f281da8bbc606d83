#include "io/checkpoint_reading.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "io/block_file.hpp"
#include "io/checkpoint_image.hpp"
#include "io/checkpoint_seal.hpp"
#include "io/posix_file.hpp"

namespace parapet {

namespace {

/// Digest of a block's values at their places in the whole array.
std::uint64_t block_digest(const Shape& shape, const Box& block, std::span<const double> values) {
  Digest digest;
  for_each_run(shape, block, [&](const Run& run) {
    add_to(
        digest,
        values.subspan(static_cast<std::size_t>(run.in_block), static_cast<std::size_t>(run.count)),
        static_cast<std::uint64_t>(run.in_array));
  });
  return digest.value();
}

/// Whatever is wrong with a file just written is the storage's fault.
void blaming_storage(const std::function<void()>& action) {
  try {
    action();
  } catch (const Failure& failure) {
    throw Failure(ExitCode::input_output,
                  std::string("the storage did not keep a checkpoint: ") + failure.what());
  }
}

/// This rank's share of an array, along the longest axis so that every rank has something to do.
Box share_of(const Communicator& communicator, const Shape& shape) {
  const auto axis =
      static_cast<std::size_t>(std::max_element(shape.begin(), shape.end()) - shape.begin());
  const std::int64_t rank = communicator.rank(), size = communicator.size();
  Box share{{0, 0, 0}, shape};
  share.offset[axis] = shape[axis] / size * rank + std::min(rank, shape[axis] % size);
  share.count[axis] = shape[axis] / size + (rank < shape[axis] % size ? 1 : 0);
  return share;
}

/// Reads each array once more, divided evenly, and compares with the digests the file tells.
void require_recorded_digests(const Communicator& communicator, const CheckpointImage& image,
                              std::size_t largest_piece) {
  std::vector<std::uint64_t> found;
  collectively(communicator, [&] {
    for (const auto& name : image.arrays()) {
      const Shape shape = image.shape(name);
      const Box share = share_of(communicator, shape);
      const auto values = image.read(name, shape, share, largest_piece);
      require_finite(name, values, ExitCode::unusable_file);
      found.push_back(block_digest(shape, share, values));
    }
  });
  communicator.all_reduce(std::span(found), Reduction::sum);
  collectively(communicator, [&] {
    for (std::size_t i = 0; i < found.size(); ++i) {
      require(image.recorded_digest(image.arrays()[i]) == found[i], ExitCode::unusable_file,
              "the digest of array " + image.arrays()[i] + " does not match its values");
    }
  });
}

}  // namespace

void verify_written(const Communicator& communicator, const std::filesystem::path& path,
                    const CheckpointContent& content, std::size_t largest_piece) {
  std::vector<std::uint64_t> in_memory, in_file;
  const auto read_back = [&] {
    const CheckpointImage image(path);
    for (const auto& [name, array] : content.arrays) {
      const auto values = image.read(name, array.shape, array.block, largest_piece);
      in_memory.push_back(block_digest(array.shape, array.block, array.values));
      in_file.push_back(block_digest(array.shape, array.block, values));
    }
  };
  collectively(communicator, [&] { blaming_storage(read_back); });
  communicator.all_reduce(std::span(in_memory), Reduction::sum);
  communicator.all_reduce(std::span(in_file), Reduction::sum);
  const auto compare = [&] {
    const CheckpointImage image(path);
    std::size_t i = 0;
    for (const auto& [name, array] : content.arrays) {
      require(in_file[i] == in_memory[i] && image.recorded_digest(name) == in_memory[i],
              ExitCode::input_output,
              fmt::format("{}: array {} was read back with digest {:016x}, not {:016x}",
                          path.string(), name, in_file[i], in_memory[i]));
      ++i;
    }
  };
  collectively(communicator, [&] { blaming_storage(compare); });
}

std::uint64_t digest_together(const Communicator& communicator, const std::filesystem::path& path) {
  std::uint64_t digest = 0;
  collectively(communicator, [&] {
    digest = body_digest(PosixFile(path, PosixFile::Mode::read), communicator.rank(),
                         communicator.size());
  });
  return communicator.all_reduce(digest, Reduction::sum);
}

LoadedCheckpoint load_checkpoint(const Communicator& communicator,
                                 const std::filesystem::path& path,
                                 const CheckpointExpectation& expected, std::size_t largest_piece) {
  std::uint64_t sealed = 0;
  collectively(communicator, [&] {
    require(std::filesystem::is_regular_file(std::filesystem::symlink_status(path)),
            ExitCode::unusable_file, path.string() + ": not a file");
    sealed = sealed_digest(PosixFile(path, PosixFile::Mode::read));
  });
  const auto found = digest_together(communicator, path);
  collectively(communicator, [&] {
    require(found == sealed, ExitCode::unusable_file,
            path.string() + ": damaged: its bytes are not those that were written");
  });
  std::optional<CheckpointImage> image;
  collectively(communicator, [&] {
    image.emplace(path);
    image->require_fit(expected);
  });
  require_recorded_digests(communicator, *image, largest_piece);
  LoadedCheckpoint loaded;
  collectively(communicator, [&] {
    loaded = image->describe();
    for (const auto& [name, array] : expected.arrays) {
      loaded.arrays[name] = image->read(name, array.shape, array.block, largest_piece);
    }
  });
  return loaded;
}

}  // namespace parapet
