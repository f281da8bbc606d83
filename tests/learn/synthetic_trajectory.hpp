#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/communicator.hpp"

namespace parapet::testing {

/// A small trajectory with a known formula: solutions of the heat equation u_t = 0.002 ∇²u on the
/// unit interval, square or cube, Σ of four random sines a axis, one scalar field `u` or a vector.
struct SyntheticTrajectory {
  int dimensions = 1;
  std::int64_t points = 64;
  std::int64_t members = 24;
  std::int64_t frames = 3;  ///< at times 0, 1, 2, …
  int components = 1;
  std::vector<std::int64_t> incomplete;  ///< members that lack their last frame
  std::vector<std::int64_t> failed;      ///< members whose certificate says NaN
  std::int64_t nan_member = -1;          ///< has a NaN in its last frame

  /// Exact value at grid index (i, j, k).
  double value(std::int64_t member, std::int64_t frame, int component, std::int64_t i,
               std::int64_t j = 0, std::int64_t k = 0) const;

  /// Writes `folder`/trajectory.h5 and returns its path. Collective.
  std::string write(const Communicator& communicator, const std::filesystem::path& folder) const;
};

/// A folder of its own for one test, empty, the same on all ranks; removed by the destructor.
class ScratchFolder {
 public:
  ScratchFolder(const Communicator& communicator, const std::string& name);
  ~ScratchFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  const Communicator& communicator_;
  std::filesystem::path path_;
};

}  // namespace parapet::testing
