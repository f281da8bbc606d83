#include "io/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "io/checkpoint_reading.hpp"
#include "io/checkpoint_seal.hpp"
#include "io/checkpoint_writing.hpp"
#include "io/posix_file.hpp"

namespace parapet {

namespace {

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
  try {
    on_root(communicator, [&] { remove_leftovers(); });
    write_unsealed(communicator, beside, content, options_.largest_piece);
    on_root(communicator, [&] {
      if (options_.before_verification) options_.before_verification(beside);
    });
    verify_written(communicator, beside, content, options_.largest_piece);
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
      return load_checkpoint(communicator, folder_ / names.substr(begin, end - begin), expected,
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
