#include "io/posix_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/failure.hpp"

namespace parapet {

namespace {

// Linux moves at most 2 GiB − 4 KiB a call; smaller calls also let a signal in now and then.
constexpr std::size_t largest_call = std::size_t{1} << 30;

std::string system_reason(int error) {
  return std::system_category().message(error);
}

int flags_of(PosixFile::Mode mode) {
  switch (mode) {
    case PosixFile::Mode::read:
      return O_RDONLY | O_CLOEXEC;
    case PosixFile::Mode::read_write:
      return O_RDWR | O_CLOEXEC | O_NOFOLLOW;
    case PosixFile::Mode::create:
      return O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  }
  return O_RDONLY;
}

void sync_folder(const std::filesystem::path& folder) {
  const PosixFile directory(folder.empty() ? "." : folder, PosixFile::Mode::read);
  directory.sync();
}

}  // namespace

PosixFile::PosixFile(const std::filesystem::path& path, Mode mode)
    : path_(path), descriptor_(::open(path.c_str(), flags_of(mode), 0644)) {
  if (descriptor_ < 0) fail(mode == Mode::create ? "cannot create" : "cannot open");
}

PosixFile::PosixFile(PosixFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

PosixFile& PosixFile::operator=(PosixFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

PosixFile::~PosixFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void PosixFile::fail(const std::string& doing) const {
  throw Failure(ExitCode::input_output,
                fmt::format("{}: {}: {}", path_.string(), doing, system_reason(errno)));
}

void PosixFile::read(std::span<std::byte> bytes, std::uint64_t offset) const {
  while (!bytes.empty()) {
    const auto done = ::pread(descriptor_, bytes.data(), std::min(bytes.size(), largest_call),
                              static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) fail("cannot read");
    require(done > 0, ExitCode::input_output, path_.string() + ": the file ends too early");
    bytes = bytes.subspan(static_cast<std::size_t>(done));
    offset += static_cast<std::uint64_t>(done);
  }
}

void PosixFile::write(std::span<const std::byte> bytes, std::uint64_t offset) const {
  while (!bytes.empty()) {
    const auto done = ::pwrite(descriptor_, bytes.data(), std::min(bytes.size(), largest_call),
                               static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) fail("cannot write");
    bytes = bytes.subspan(static_cast<std::size_t>(done));
    offset += static_cast<std::uint64_t>(done);
  }
}

std::uint64_t PosixFile::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) fail("cannot tell the size");
  return static_cast<std::uint64_t>(status.st_size);
}

void PosixFile::reserve(std::uint64_t bytes) const {
  // Not posix_fallocate, which writes into every block where the file system cannot reserve.
  int status = 0;
  do {
    status = ::fallocate(descriptor_, 0, 0, static_cast<off_t>(bytes));
  } while (status != 0 && errno == EINTR);
  if (status != 0 && errno != EOPNOTSUPP && errno != ENOSYS) {
    fail("cannot reserve " + readable_bytes(bytes));
  }
}

void PosixFile::sync() const {
  if (::fsync(descriptor_) != 0) fail("cannot sync to disk");
}

void PosixFile::close() {
  if (::close(std::exchange(descriptor_, -1)) != 0) fail("cannot close");
}

void require_space(const std::filesystem::path& folder, std::uint64_t bytes) {
  struct statvfs space {};
  require(::statvfs(folder.c_str(), &space) == 0, ExitCode::input_output,
          fmt::format("{}: cannot tell the free space: {}", folder.string(), system_reason(errno)));
  const std::uint64_t free_bytes = std::uint64_t{space.f_bavail} * space.f_frsize;
  require(bytes <= free_bytes, ExitCode::input_output,
          fmt::format("{}: not enough space on the disk: need {}, have {}", folder.string(),
                      readable_bytes(bytes), readable_bytes(free_bytes)));
  struct rlimit limit {};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  require(limit.rlim_cur == RLIM_INFINITY || bytes <= limit.rlim_cur, ExitCode::input_output,
          fmt::format("{}: the limit on file sizes (ulimit -f) is too low: need {}, have {}",
                      folder.string(), readable_bytes(bytes), readable_bytes(limit.rlim_cur)));
}

void require_writable_folder(const std::filesystem::path& folder) {
  require(std::filesystem::is_directory(folder), ExitCode::input_output,
          folder.string() + ": is not a directory");
  const auto probe = folder / fmt::format(".parapet-probe-{}", ::getpid());
  PosixFile(probe, PosixFile::Mode::create).close();
  std::filesystem::remove(probe);
}

void replace_file(const std::filesystem::path& path, const std::string& text) {
  auto beside = path;
  beside += ".tmp";
  std::filesystem::remove(beside);
  PosixFile file(beside, PosixFile::Mode::create);
  file.write(std::as_bytes(std::span(text)), 0);
  file.sync();
  file.close();
  publish_file(beside, path);
}

void publish_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::rename(from, to, error);
  require(!error, ExitCode::input_output,
          fmt::format("{}: cannot rename to {}: {}", from.string(), to.filename().string(),
                      error.message()));
  sync_folder(to.parent_path());
}

std::string readable_bytes(std::uint64_t bytes) {
  constexpr std::array<const char*, 7> units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1000.0 && unit + 1 < units.size(); ++unit) value /= 1000.0;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.3g} {}", value, units[unit]);
}

}  // namespace parapet
