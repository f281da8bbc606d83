#include "simulation/run_folder.hpp"

#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/failure.hpp"
#include "io/checkpoint.hpp"
#include "io/trajectory_draft.hpp"
#include "io/trajectory_file.hpp"

namespace parapet {

namespace fs = std::filesystem;

namespace {

// Every file a run writes, so that overwriting one never touches anything else.
bool is_of_a_run(const std::string& name) {
  for (const char* own : {"input.toml", "trajectory.h5", "trajectory.xdmf", "particles.h5",
                          "particles.xdmf", "graph.h5", "files_read.csv", "progress.json",
                          "log.txt", "state.blowup.h5", "fftw_wisdom.txt"}) {
    if (name == own || name == std::string(own) + ".tmp") return true;
  }
  for (const char* stem :
       {"checkpoint-", "diagnostics", "spectrum", ".checkpoint", ".trajectory"}) {
    if (name.rfind(stem, 0) == 0) return true;
  }
  return false;
}

bool holds_run(const fs::path& folder) {
  return fs::exists(folder / "input.toml") || fs::exists(folder / TrajectoryFile::file_name);
}

void remove_run(const fs::path& folder) {
  std::vector<fs::path> own;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const bool is_plain = entry.is_regular_file() || entry.is_symlink();
    if (is_plain && is_of_a_run(entry.path().filename().string())) own.push_back(entry.path());
  }
  for (const auto& path : own) fs::remove(path);
}

Failure refusal(ExitCode code, const fs::path& folder, const std::string& why) {
  return Failure(code, fmt::format("{}: {}", folder.string(), why));
}

}  // namespace

RunFolder::RunFolder(const Communicator& world, fs::path path, FolderUse use)
    : path_(std::move(path)) {
  on_root(world, [&] {
    try {
      prepare(use);
    } catch (const fs::filesystem_error& error) {
      throw Failure(ExitCode::input_output, error.what());
    }
  });
  std::int32_t found = has_trajectory_ ? 1 : 0;
  world.broadcast(found);
  has_trajectory_ = found != 0;
  CheckpointStore(path_).require_writable(world);
}

RunFolder::~RunFolder() {
  if (lock_ >= 0) ::close(lock_);
}

void RunFolder::prepare(FolderUse use) {
  if (use == FolderUse::resume && !holds_run(path_)) {
    throw refusal(ExitCode::unusable_file, path_, "holds no run to continue");
  }
  if (use == FolderUse::fresh && holds_run(path_)) {
    throw refusal(ExitCode::bad_input, path_,
                  "holds a run already: continue it with --resume, replace it with --overwrite, or "
                  "name another folder");
  }
  if (fs::exists(fs::symlink_status(path_)) && !fs::is_directory(path_)) {
    throw refusal(ExitCode::input_output, path_, "is not a folder");
  }
  fs::create_directories(path_);
  lock();
  if (use == FolderUse::overwrite) remove_run(path_);
  remove_draft(path_ / TrajectoryFile::file_name);  // of a run that was killed
  has_trajectory_ = fs::exists(path_ / TrajectoryFile::file_name);
}

void RunFolder::lock() {
  const fs::path file = path_ / ".lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (lock_ < 0) {
    throw refusal(ExitCode::input_output, path_,
                  fmt::format("cannot be written: {}", std::strerror(errno)));
  }
  // The lock goes with the process, however it ends. File systems without locks do without it.
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    throw refusal(ExitCode::input_output, path_, "another run is writing into it");
  }
}

}  // namespace parapet
