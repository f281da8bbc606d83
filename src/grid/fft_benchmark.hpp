#pragma once

#include "grid/spectral_transform.hpp"

namespace parapet {

/// Times are the best of several repetitions, each that of the slowest rank, in seconds.
struct TransformTiming {
  Grid grid;
  int ranks = 1;
  std::size_t members = 1;
  /// FFTW-MPI's own 4 pairs of full real transforms, transposed layout, FFTW_MEASURE; 0 in 1-D,
  /// where it has no real transform.
  double fftw_mpi_eight_transforms = 0.0;
  /// Four times apply_pointwise(u²) for each member, two-thirds rule, Planning::measure: the
  /// transforms of one ETDRK4 step of Burgers' equation.
  double four_pointwise_applications = 0.0;
  /// The same on as many points between walls along every axis.
  double four_between_walls = 0.0;
};

/// Measures FFTW-MPI and SpectralTransform on the same grid in one run. Collective.
TransformTiming measure_transforms(const Communicator& communicator, const Grid& grid,
                                   std::size_t members, int repetitions = 7);

}  // namespace parapet
