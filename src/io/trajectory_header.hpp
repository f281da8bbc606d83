#pragma once

#include "io/hdf5_guard.hpp"
#include "io/trajectory_layout.hpp"
#include "io/trajectory_structure.hpp"

namespace parapet {

/// What an open trajectory file says about itself, checked.
struct TrajectoryHeader {
  TrajectoryLayout layout;
  std::vector<GuardedDataset> fields;        ///< in the order of layout.fields
  std::vector<GuardedDataset> certificates;  ///< in the order of layout.certificates
  std::optional<GuardedDataset> digests;     ///< only files of ours have it

  /// For writing in place; throws Failure(unusable_file) unless every dataset is contiguous.
  TrajectoryPlaces places() const;
};

/// Reads and checks everything but the values, of our files and of others in The Well's or
/// PDEBench's 1-D layout. Throws Failure(unusable_file).
TrajectoryHeader read_header(const Hdf5Guard& file);

}  // namespace parapet
