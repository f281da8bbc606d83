#pragma once

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include <sys/mount.h>

namespace parapet {

/// A file system in memory of a size like "6m", mounted where only this process and its children
/// see it: nothing is mounted unless the program was started by tests/support/private_mounts.
class SmallDisk {
 public:
  SmallDisk(std::filesystem::path at, const std::string& size) : path_(std::move(at)) {
    const char* const is_private = std::getenv("PARAPET_PRIVATE_MOUNTS");
    if (is_private == nullptr) {
      reason_ = "was not started by private_mounts";
    } else if (is_private != std::string("yes")) {
      reason_ = std::string("no mount namespace of one's own: ") + is_private;
    } else {
      std::filesystem::create_directories(path_);
      change(0, "size=" + size);
    }
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (reason_.empty()) umount2(path_.c_str(), MNT_DETACH);
  }

  /// Empty, or why there is no such disk.
  const std::string& reason() const { return reason_; }
  void resize(const std::string& size) { change(MS_REMOUNT, "size=" + size); }
  void make_read_only() { change(MS_REMOUNT | MS_RDONLY, ""); }

 private:
  void change(unsigned long flags, const std::string& options) {
    if (mount("tmpfs", path_.c_str(), "tmpfs", flags, options.c_str()) != 0) {
      reason_ = std::string("mounting a small tmpfs: ") + std::strerror(errno);
    }
  }

  std::filesystem::path path_;
  std::string reason_;
};

}  // namespace parapet
