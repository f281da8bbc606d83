#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/communicator.hpp"

namespace parapet {

/// A new empty folder, the same on all ranks, removed in the end.
class ScratchFolder {
 public:
  explicit ScratchFolder(const Communicator& world) : world_(world.duplicate()) {
    std::string name = (std::filesystem::temp_directory_path() / "parapet-test-XXXXXX").string();
    if (world.is_root() && mkdtemp(name.data()) == nullptr) std::abort();
    world.broadcast(name);
    path_ = name;
  }
  ~ScratchFolder() {
    world_.barrier();
    if (world_.is_root()) std::filesystem::remove_all(path_);
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  Communicator world_;
  std::filesystem::path path_;
};

}  // namespace parapet
