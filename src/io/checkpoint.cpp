#include "io/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "io/block_file.hpp"
#include "io/checkpoint_image.hpp"

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

/// The step in "checkpoint-[prefix-]<digits>.h5"; nothing for other names.
std::optional<std::int64_t> step_in(const std::string& file_name, const std::string& stem) {
  constexpr std::string_view ending = ".h5";
  if (!file_name.starts_with(stem) || !file_name.ends_with(ending)) return std::nullopt;
  if (file_name.size() <= stem.size() + ending.size()) return std::nullopt;
  const char* begin = file_name.data() + stem.size();
  const char* end = file_name.data() + file_name.size() - ending.size();
  std::int64_t step = 0;
  const auto [stop, error] = std::from_chars(begin, end, step);
  if (error != std::errc() || stop != end || step < 0) return std::nullopt;
  return step;
}

std::string stem_of(const std::string& prefix) {
  return prefix.empty() ? "checkpoint-" : "checkpoint-" + prefix + "-";
}

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
  BlockFile file(communicator, path, {largest_piece, BlockFile::Options().shortest_run});
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

/// Whatever is wrong with a file just written is the storage's fault.
void blaming_storage(const std::function<void()>& action) {
  try {
    action();
  } catch (const Failure& failure) {
    throw Failure(ExitCode::input_output,
                  std::string("the storage did not keep a checkpoint: ") + failure.what());
  }
}

/// Reads back what this rank wrote, and together compares with what was in memory.
void verify_values(const Communicator& communicator, const std::filesystem::path& path,
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

/// Reads each array once more, divided evenly, and compares with the digests the file tells.
void require_recorded_digests(const Communicator& communicator, const CheckpointImage& image,
                              std::size_t largest_piece) {
  std::vector<std::uint64_t> found;
  collectively(communicator, [&] {
    for (const auto& name : image.arrays()) {
      const Shape shape = image.shape(name);
      Box share{{0, 0, 0}, shape};
      // Along the longest axis, so that every rank has something to do.
      const auto axis =
          static_cast<std::size_t>(std::max_element(shape.begin(), shape.end()) - shape.begin());
      const std::int64_t rank = communicator.rank(), size = communicator.size();
      share.offset[axis] = shape[axis] / size * rank + std::min(rank, shape[axis] % size);
      share.count[axis] = shape[axis] / size + (rank < shape[axis] % size ? 1 : 0);
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

LoadedCheckpoint load_one(const Communicator& communicator, const std::filesystem::path& path,
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

}  // namespace

CheckpointStore::CheckpointStore(std::filesystem::path folder)
    : CheckpointStore(std::move(folder), "", Options()) {}

CheckpointStore::CheckpointStore(std::filesystem::path folder, std::string prefix, Options options)
    : folder_(std::move(folder)), prefix_(std::move(prefix)), options_(std::move(options)) {}

std::vector<std::filesystem::path> CheckpointStore::list() const {
  std::vector<std::pair<std::int64_t, std::filesystem::path>> found;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto step = step_in(entry->path().filename().string(), stem_of(prefix_));
    if (step) found.emplace_back(*step, entry->path());
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<std::filesystem::path> paths;
  for (auto& [step, path] : found) paths.push_back(std::move(path));
  return paths;
}

void CheckpointStore::require_writable(const Communicator& communicator) const {
  on_root(communicator, [&] { require_writable_folder(folder_); });
}

std::filesystem::path CheckpointStore::write(const Communicator& communicator,
                                             const CheckpointContent& content) {
  auto path = folder_ / fmt::format("{}{:08d}.h5", stem_of(prefix_), content.step);
  auto beside = path;
  beside += ".tmp";
  collectively(communicator, [&] { check_content(content); });
  CheckpointPlaces places;
  try {
    on_root(communicator, [&] {
      remove_leftovers();
      places = prepare(beside, content);
    });
    places.arrays.resize(content.arrays.size());
    communicator.broadcast(std::span(places.arrays));
    write_values(communicator, beside, content, places, options_.largest_piece);
    on_root(communicator, [&] {
      if (options_.before_verification) options_.before_verification(beside);
    });
    verify_values(communicator, beside, content, options_.largest_piece);
    const auto digest = digest_together(communicator, beside);
    on_root(communicator, [&] {
      PosixFile file(beside, PosixFile::Mode::read_write);
      seal_checkpoint(file, digest);
      file.sync();
      file.close();
      publish_file(beside, path);
      remove_old(content.step);
    });
  } catch (const Failure&) {
    std::error_code ignored;
    if (communicator.is_root()) std::filesystem::remove(beside, ignored);
    throw;
  }
  return path;
}

/// Keeps the last ones up to `step`. Later ones belong to a run that this one has overtaken, having
/// started from an earlier checkpoint: they are put out of the way, not removed.
void CheckpointStore::remove_old(std::int64_t step) const {
  int kept = 0;
  for (const auto& path : list()) {
    if (step_in(path.filename().string(), stem_of(prefix_)) > step) {
      auto aside = path;
      aside += ".abandoned";
      publish_file(path, aside);
      if (options_.log) options_.log(path.string() + ": later than this run; renamed .abandoned");
    } else if (++kept > options_.kept) {
      std::filesystem::remove(path);
    }
  }
}

/// What a killed run was writing.
void CheckpointStore::remove_leftovers() const {
  std::error_code error;
  std::vector<std::filesystem::path> leftovers;
  for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto& path = entry->path();
    if (path.extension() == ".tmp" && step_in(path.stem().string(), stem_of(prefix_))) {
      leftovers.push_back(path);
    }
  }
  for (const auto& path : leftovers) {
    std::filesystem::remove(path);
    if (options_.log) options_.log(path.string() + ": left by an interrupted run; removed");
  }
}

std::optional<LoadedCheckpoint> CheckpointStore::load(const Communicator& communicator,
                                                      const CheckpointExpectation& expected) {
  // Rank 0 looks, so that all ranks see the same files.
  std::string names;
  on_root(communicator, [&] {
    remove_leftovers();
    for (const auto& path : list()) names += path.filename().string() + '\n';
  });
  communicator.broadcast(names);
  std::string reasons;
  for (std::size_t begin = 0; begin < names.size();) {
    const std::size_t end = names.find('\n', begin);
    try {
      return load_one(communicator, folder_ / names.substr(begin, end - begin), expected,
                      options_.largest_piece);
    } catch (const Failure& failure) {
      if (!failure.is_collective()) throw;
      const auto reason = fmt::format("refused checkpoint {}: {}", names.substr(begin, end - begin),
                                      failure.what());
      if (options_.log && communicator.is_root()) options_.log(reason);
      reasons += "\n  " + reason;
    }
    begin = end + 1;
  }
  if (reasons.empty()) return std::nullopt;
  throw Failure(ExitCode::unusable_file,
                folder_.string() + ": no checkpoint can be used:" + reasons, true);
}

}  // namespace parapet
