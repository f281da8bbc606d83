#pragma once

#include <cstdint>
#include <filesystem>

#include "base/communicator.hpp"

namespace parapet {

/// Bytes per second of all ranks together, medians over rounds in which the ways take turns, as
/// does which of them is first. Both write the same number of float32 frames, divided alike, into a
/// new file whose space was reserved and synced before; without waiting for the disk, except where
/// said. The raw way finds its float32 values in memory; the trajectory has doubles to round, and
/// digests to compute and enter.
struct IoSpeed {
  double raw_collective = 0.0;         ///< MPI_File_write_at_all of float32 frames from memory
  double trajectory = 0.0;             ///< TrajectoryFile::write_frame of the same, from doubles
  double raw_collective_synced = 0.0;  ///< as above, until the disk holds the data
  double trajectory_synced = 0.0;
  double trajectory_read = 0.0;  ///< TrajectoryReader::read of what was written
  double checkpoint = 0.0;       ///< CheckpointStore::write, verified and synced
};

/// Measures in new files in `folder`, removed afterwards: `frames` frames of a 2-D grid of
/// `points` × `points`, divided in slabs. Collective. Throws a collective Failure(input_output).
IoSpeed measure_io(const Communicator& communicator, const std::filesystem::path& folder,
                   std::int64_t points = 2048, std::int64_t frames = 16, int rounds = 9);

}  // namespace parapet
