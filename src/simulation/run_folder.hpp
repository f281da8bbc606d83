#pragma once

#include <filesystem>
#include <string>

#include "base/communicator.hpp"

namespace parapet {

/// What a run does about the folder it writes into.
enum class FolderUse {
  fresh,      ///< refuses a folder that holds a run already
  overwrite,  ///< removes the files of that run, and only those
  resume      ///< continues it, and refuses a folder that holds none
};

/// The folder of a run, locked against a second run at the same time as long as this lives.
class RunFolder {
 public:
  /// Creates or checks the folder. Collective; throws a collective Failure: bad_input when there is
  /// a run already, unusable_file when there is none to continue, input_output when the folder
  /// cannot be written or another run is writing into it.
  RunFolder(const Communicator& world, std::filesystem::path path, FolderUse use);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  /// Whether there is a trajectory to continue; false in a resumed run that was ended before it had
  /// laid out its trajectory.
  bool has_trajectory() const { return has_trajectory_; }

 private:
  void prepare(FolderUse use);
  void lock();

  std::filesystem::path path_;
  bool has_trajectory_ = false;
  int lock_ = -1;  // file descriptor, on rank 0
};

}  // namespace parapet
